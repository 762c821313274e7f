import { and, count, eq, lte, or, sql } from 'drizzle-orm'
import type { WorkspaceId } from '#contracts/id.ts'
import { type GivenRole, invitationSeconds, maxInvitations } from '#contracts/member.ts'
import { requireUser, requireVerified } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError, notFound } from '../../core/error.ts'
import { countTry } from '../../core/rate-limit.ts'
import { record } from '../../core/record.ts'
import { isRefused, refuseWhere } from '../../core/refuse.ts'
import { randomSecret, sha256Hex } from '../../core/secret.ts'
import { linkTo, planMail } from '../mail/service.ts'
import { users } from '../user/table.ts'
import { requireRole } from './access.ts'
import { holdsRole } from './guard.ts'
import { isUnspent } from './invitation-state.ts'
import { toInvitation } from './invitation.ts'
import { invitationWords } from './mail-words.ts'
import { giversOf } from './member-policy.ts'
import { type InvitationRow, invitations, memberships, workspaces } from './table.ts'

interface Offer {
  role: GivenRole
  email?: string | undefined
  uses?: number | undefined
}

const mailsAnHour = 30

/**
 * By mail to one address, replacing what was sent there before, or as a link that is in this answer
 * alone. Throws `forbidden`, `already_member`, `limit_reached`, `email_unverified`, `rate_limited`.
 */
export async function createInvitation(ctx: Ctx, workspaceId: WorkspaceId, offer: Offer) {
  const { userId } = requireUser(ctx.actor)
  requireVerified(ctx.actor)
  await requireGiver(ctx, workspaceId, offer.role)
  if (offer.email) await requireNewcomer(ctx, workspaceId, offer.email)
  if (offer.email) await countMail(ctx, workspaceId)
  const token = randomSecret()
  const row: InvitationRow = {
    id: ctx.id('invitation'),
    workspaceId,
    role: offer.role,
    email: offer.email ?? null,
    tokenHash: await sha256Hex(token),
    createdBy: userId,
    usesLeft: offer.uses ?? 1,
    createdAt: ctx.now(),
    endsAt: ctx.now() + invitationSeconds * 1000,
  }
  const [names] = await ctx.db
    .select({ workspace: workspaces.name, invitedBy: users.displayName })
    .from(workspaces)
    .innerJoin(users, eq(users.id, userId))
    .where(eq(workspaces.id, workspaceId))
  if (!names) throw notFound('workspace')
  const url = linkTo(ctx, `/join#token=${token}`)
  const { email, role } = row
  const words = invitationWords({ ...names, role, url })
  const mail = email ? await planMail(ctx, { kind: 'invitation', to: email, words }) : []
  await write(ctx, row, mail)
  const invitation = toInvitation({ ...row, invitedBy: names.invitedBy })
  return { invitation, url: email ? null : url }
}

/** Throws `forbidden` where the actor may not give this role, also for want of a role at all. */
async function requireGiver(ctx: Ctx, workspaceId: WorkspaceId, role: GivenRole): Promise<void> {
  const mine = await requireRole(ctx, workspaceId, 'admin')
  if (giversOf(role).includes(mine)) return
  throw new AppError('forbidden', `Only owners of this workspace can invite an ${role}.`)
}

async function requireNewcomer(ctx: Ctx, workspaceId: WorkspaceId, email: string): Promise<void> {
  const [member] = await ctx.db
    .select({ id: users.id })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.workspaceId, workspaceId), eq(users.email, email)))
  if (member) throw new AppError('already_member', 'Somebody with this address is in it already.')
}

async function countMail(ctx: Ctx, workspaceId: WorkspaceId): Promise<void> {
  const limit = { max: mailsAnHour, windowMs: 3600_000 }
  await countTry(ctx, { key: `invitation:by:${requireUser(ctx.actor).userId}`, ...limit })
  await countTry(ctx, { key: `invitation:of:${workspaceId}`, ...limit })
}

type Mail = Awaited<ReturnType<typeof planMail>> | readonly never[]

/** With its mail or not at all. Throws `limit_reached`, `forbidden` after a demotion meanwhile. */
async function write(ctx: Ctx, row: InvitationRow, mail: Mail): Promise<void> {
  const { db } = ctx
  const isOurs = eq(invitations.workspaceId, row.workspaceId)
  const isOver = or(lte(invitations.endsAt, ctx.now()), eq(invitations.usesLeft, 0))
  const isReplaced = row.email ? eq(invitations.email, row.email) : sql`false`
  const open = db
    .select({ count: count() })
    .from(invitations)
    .where(and(isOurs, isUnspent(ctx)))
  const mayGive = holdsRole(ctx, row.workspaceId, giversOf(row.role))
  const { id: invitationId, role } = row
  try {
    await db.batch([
      db.delete(invitations).where(and(isOurs, or(isOver, isReplaced))),
      refuseWhere(ctx, sql`not (${mayGive} and ${open} < ${maxInvitations})`),
      db.insert(invitations).values(row),
      record(ctx, 'invitation.created', {
        workspaceId: row.workspaceId,
        data: { invitationId, role, uses: row.usesLeft, isByMail: row.email !== null },
      }),
      ...mail,
    ])
  } catch (cause) {
    if (!isRefused(cause)) throw cause
    await requireGiver(ctx, row.workspaceId, row.role)
    throw new AppError('limit_reached', 'Too many invitations are open: take some back first.', {
      cause,
    })
  }
}
