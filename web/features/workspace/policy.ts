import type { Role } from '#contracts/auth.ts'
import type { GivenRole, Member } from '#contracts/member.ts'

/** Read only to decide what is offered: the server decides what is done. */
type MaybeRole = Role | undefined

const isKeeper = (role: MaybeRole): boolean => role === 'owner' || role === 'admin'

export const canEditWorkspace = isKeeper
export const canInvite = isKeeper
export const canSeeAudit = isKeeper
export const canUseKeys = isKeeper
export const canTransfer = (role: MaybeRole): boolean => role === 'owner'
export const canDeleteWorkspace = (role: MaybeRole): boolean => role === 'owner'
/** A workspace needs an owner: they hand it over first. */
export const canLeave = (role: MaybeRole): boolean => role !== undefined && role !== 'owner'

/** What one may give to others, most rights first. Owners are made by a transfer alone. */
export function givableRoles(mine: MaybeRole): GivenRole[] {
  if (mine === 'owner') return ['admin', 'editor', 'viewer']
  return mine === 'admin' ? ['editor', 'viewer'] : []
}

/** Of another member whose role is one that I could have given. */
export const canChangeMember = (mine: MaybeRole, { role, isMe }: Member): boolean =>
  !isMe && role !== 'owner' && givableRoles(mine).includes(role)

export const canRemoveMember = canChangeMember
