import { and, count, eq, exists, inArray, isNull, notExists, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { Membership } from '#contracts/auth.ts'
import type { InvitationId, UserId } from '#contracts/id.ts'
import { maxMembers } from '#contracts/member.ts'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { callerAddress, countTry } from '../../core/rate-limit.ts'
import { record } from '../../core/record.ts'
import { sha256Hex } from '../../core/secret.ts'
import { users } from '../user/table.ts'
import { planVerified } from '../user/email.ts'
import { hasAccount } from './guard.ts'
import { liveInvitations } from './invitation-state.ts'
import { type JoinVerdict, judgeJoin } from './member-policy.ts'
import { invitations, memberships, workspaces } from './table.ts'

const hourMs = 3600_000
const host = alias(users, 'host')
const member = alias(memberships, 'member')
const me = alias(memberships, 'me')

/** Of the invitation's workspace. */
const countMembers = (ctx: Ctx) =>
  ctx.db
    .select({ count: count() })
    .from(member)
    .where(eq(member.workspaceId, invitations.workspaceId))

/** The invitation of a token, as `userId` sees it; undefined where it cannot be accepted any more. */
async function findOffer(ctx: Ctx, token: string, userId?: UserId) {
  const live = liveInvitations(ctx, eq(invitations.tokenHash, await sha256Hex(token)))
  const mine = and(eq(me.workspaceId, invitations.workspaceId), eq(me.userId, userId ?? 'usr_'))
  const [found] = await ctx.db
    .select({
      invitation: invitations,
      workspace: workspaces,
      invitedBy: host.displayName,
      myRole: me.role,
      myEmail: users.email,
      memberCount: sql<number>`${countMembers(ctx)}`,
    })
    .from(invitations)
    .innerJoin(workspaces, eq(workspaces.id, invitations.workspaceId))
    .innerJoin(host, eq(host.id, invitations.createdBy))
    .leftJoin(users, eq(users.id, userId ?? 'usr_'))
    .leftJoin(me, mine)
    .where(inArray(invitations.id, live))
  return found
}
type Offer = NonNullable<Awaited<ReturnType<typeof findOffer>>>

const ended = () =>
  new AppError('link_ended', 'This invitation has ended or was used. Ask for a new one.')

const isFor = ({ invitation, myEmail }: Offer): boolean =>
  invitation.email === null || invitation.email === myEmail

/** What it offers, to whoever has its token. Throws `link_ended`, `rate_limited`. */
export async function lookAtInvitation(ctx: Ctx, token: string, request: Request) {
  const userId = ctx.actor.kind === 'user' ? ctx.actor.userId : undefined
  const caller = userId ?? callerAddress(request)
  const max = caller === 'direct' ? 2000 : 120
  await countTry(ctx, { key: `invitation:look:${caller.slice(0, 64)}`, max, windowMs: hourMs })
  const offer = await findOffer(ctx, token, userId)
  if (!offer) throw ended()
  return {
    workspaceName: offer.workspace.name,
    invitedBy: offer.invitedBy,
    role: offer.invitation.role,
    email: offer.invitation.email,
    isForMe: userId ? isFor(offer) : null,
    isMember: offer.myRole !== null,
    endsAt: new Date(offer.invitation.endsAt).toISOString(),
  }
}

const refusals: Record<Exclude<JoinVerdict, 'yes'>, () => AppError> = {
  link_ended: ended,
  forbidden: () =>
    new AppError('forbidden', 'This invitation is for another address: sign in with that one.'),
  already_member: () => new AppError('already_member', 'You are in this workspace already.'),
  limit_reached: () =>
    new AppError('limit_reached', `A workspace has at most ${maxMembers} members.`),
}

/** The offer, once nothing speaks against it. */
async function requireOffer(ctx: Ctx, token: string, userId: UserId): Promise<Offer> {
  const offer = await findOffer(ctx, token, userId)
  const verdict = judgeJoin(
    offer && {
      isForMe: isFor(offer),
      isMember: offer.myRole !== null,
      memberCount: offer.memberCount,
    },
  )
  if (verdict !== 'yes') throw refusals[verdict]()
  return offer!
}

/**
 * A use is spent where a member joins, and nowhere else. Throws `link_ended`, `forbidden` for
 * another address, `already_member`, `limit_reached`, `rate_limited`.
 */
export async function acceptInvitation(ctx: Ctx, token: string): Promise<Membership> {
  const { userId } = requireUser(ctx.actor)
  await countTry(ctx, { key: `invitation:accept:${userId}`, max: 60, windowMs: hourMs })
  const { invitation, workspace } = await requireOffer(ctx, token, userId)
  const { id: invitationId, role, workspaceId } = invitation
  const [, spent] = await ctx.db.batch([
    insertMember(ctx, invitationId, userId),
    ctx.db
      .update(invitations)
      .set({ usesLeft: sql`${invitations.usesLeft} - 1` })
      .where(and(eq(invitations.id, invitationId), sql`changes() > 0`)),
    record(ctx, 'member.joined', {
      workspaceId,
      data: { userId, role, invitationId },
      when: sql`changes() > 0`,
    }),
    // Whoever has what was sent to an address can read its mail.
    ...planVerified(ctx, {
      ...{ userId, email: invitation.email ?? '' },
      when: sql`changes() > 0`,
    }),
  ])
  if (spent.meta.changes === 0) {
    await requireOffer(ctx, token, userId)
    throw ended()
  }
  const { handle, name } = workspace
  return { id: workspaceId, handle, name, role }
}

/** Decides on the rows as they are when it runs, so that one use brings one member. */
function insertMember(ctx: Ctx, id: InvitationId, userId: UserId) {
  const { db } = ctx
  const mine = db
    .select({ role: me.role })
    .from(me)
    .where(and(eq(me.workspaceId, invitations.workspaceId), eq(me.userId, userId)))
  const bound = db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), eq(users.email, invitations.email)))
  return db.insert(memberships).select(
    db
      .select({
        workspaceId: invitations.workspaceId,
        userId: sql<UserId>`${userId}`.as('user_id'),
        role: invitations.role,
        createdAt: sql<number>`${ctx.now()}`.as('joined_at'),
      })
      .from(invitations)
      .where(
        and(
          inArray(invitations.id, liveInvitations(ctx, eq(invitations.id, id))),
          or(isNull(invitations.email), exists(bound)),
          notExists(mine),
          sql`${countMembers(ctx)} < ${maxMembers}`,
          hasAccount(ctx),
        ),
      ),
  )
}
