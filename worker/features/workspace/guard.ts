import { type SQL, and, eq, exists, inArray, isNull } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { Role } from '#contracts/auth.ts'
import type { WorkspaceId } from '#contracts/id.ts'
import { requireMaker } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { users } from '../user/table.ts'
import { memberships, workspaces } from './table.ts'

const holder = alias(memberships, 'holder')

/**
 * Has the actor one of these roles in a workspace that is open? Decided when the statement runs, so
 * that a demotion meanwhile bites.
 */
export function holdsRole(ctx: Ctx, workspaceId: WorkspaceId, roles: readonly Role[]): SQL {
  const { userId } = requireMaker(ctx.actor)
  return exists(
    ctx.db
      .select({ role: holder.role })
      .from(holder)
      .innerJoin(workspaces, eq(workspaces.id, holder.workspaceId))
      .where(
        and(
          eq(holder.workspaceId, workspaceId),
          eq(holder.userId, userId),
          inArray(holder.role, [...roles]),
          isNull(workspaces.deletedAt),
          isNull(workspaces.suspendedAt),
        ),
      ),
  )
}

/** Is the actor's account there still? A deletion meanwhile leaves no membership behind. */
export function hasAccount(ctx: Ctx): SQL {
  const { userId } = requireMaker(ctx.actor)
  const account = and(eq(users.id, userId), isNull(users.suspendedAt))
  return exists(ctx.db.select({ id: users.id }).from(users).where(account))
}
