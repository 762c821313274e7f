import type { Role } from '#contracts/auth.ts'
import { type GivenRole, maxMembers } from '#contracts/member.ts'

/** Whose role each may change and whom each may remove; nobody's own is meant. */
export const reach: Record<Role, readonly Role[]> = {
  owner: ['owner', 'admin', 'editor', 'viewer'],
  admin: ['editor', 'viewer'],
  editor: [],
  viewer: [],
}

/** What each may give, to members and by invitation. */
export const gifts: Record<Role, readonly GivenRole[]> = {
  owner: ['admin', 'editor', 'viewer'],
  admin: ['editor', 'viewer'],
  editor: [],
  viewer: [],
}

/** Those who may do any of it. */
export const managers: readonly Role[] = ['owner', 'admin']

/** Who may give this role. */
export const giversOf = (role: GivenRole): Role[] =>
  managers.filter((manager) => gifts[manager].includes(role))

export type Verdict = 'yes' | 'forbidden' | 'last_owner'

interface Pair {
  mine: Role
  theirs: Role
  isMe: boolean
}

/** May I give a member this role? An owner steps down by a transfer alone. */
export function judgeChange({ mine, theirs, isMe }: Pair, given: GivenRole): Verdict {
  if (isMe) return mine === 'owner' ? 'last_owner' : 'forbidden'
  return reach[mine].includes(theirs) && gifts[mine].includes(given) ? 'yes' : 'forbidden'
}

/** May I remove a member, or leave? `ownerCount`: of the workspace. */
export function judgeRemoval({ mine, theirs, isMe }: Pair, ownerCount: number): Verdict {
  if (isMe) return mine === 'owner' && ownerCount < 2 ? 'last_owner' : 'yes'
  return reach[mine].includes(theirs) ? 'yes' : 'forbidden'
}

/** Who sees the addresses of others. */
export const seesAddresses = (role: Role): boolean => managers.includes(role)

export type JoinVerdict = 'yes' | 'link_ended' | 'forbidden' | 'already_member' | 'limit_reached'

/** May I accept? `offer` is undefined where the invitation has ended. */
export function judgeJoin(
  offer: { isForMe: boolean; isMember: boolean; memberCount: number } | undefined,
): JoinVerdict {
  if (!offer) return 'link_ended'
  if (!offer.isForMe) return 'forbidden'
  if (offer.isMember) return 'already_member'
  return offer.memberCount < maxMembers ? 'yes' : 'limit_reached'
}
