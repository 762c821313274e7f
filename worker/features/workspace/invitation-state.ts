import { type SQL, and, eq, gt, inArray, isNull, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { Ctx } from '../../core/context.ts'
import { users } from '../user/table.ts'
import { gifts, managers } from './member-policy.ts'
import { invitations, memberships, workspaces } from './table.ts'

const inviter = alias(memberships, 'inviter')

/** Has it uses and time left? */
export const isUnspent = (ctx: Ctx): SQL =>
  and(gt(invitations.usesLeft, 0), gt(invitations.endsAt, ctx.now()))!

const isStillGiven = (): SQL =>
  or(
    ...managers.map((role) =>
      and(eq(inviter.role, role), inArray(invitations.role, [...gifts[role]])),
    ),
  ) ?? sql`false`

/**
 * Ids of invitations that can be accepted now. Whoever made it must still be one who may give its
 * role: what a demoted or removed admin handed out ends with them.
 */
export const liveInvitations = (ctx: Ctx, which: SQL) =>
  ctx.db
    .select({ id: invitations.id })
    .from(invitations)
    .innerJoin(workspaces, eq(workspaces.id, invitations.workspaceId))
    .innerJoin(
      inviter,
      and(
        eq(inviter.workspaceId, invitations.workspaceId),
        eq(inviter.userId, invitations.createdBy),
      ),
    )
    .innerJoin(users, eq(users.id, invitations.createdBy))
    .where(
      and(
        which,
        isUnspent(ctx),
        isNull(workspaces.deletedAt),
        isNull(workspaces.suspendedAt),
        isNull(users.suspendedAt),
        isStillGiven(),
      ),
    )
