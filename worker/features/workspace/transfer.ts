import { and, eq, exists, inArray, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { UserId, WorkspaceId } from '#contracts/id.ts'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError, notFound } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import { requireRole } from './access.ts'
import { holdsRole } from './guard.ts'
import { memberships } from './table.ts'

const heir = alias(memberships, 'heir')

/**
 * The two change places in one statement, so of parallel transfers one is made. Throws `forbidden`
 * for all but owners, `not_found` for those who are no members, `conflict` for oneself.
 */
export async function transferWorkspace(
  ctx: Ctx,
  workspaceId: WorkspaceId,
  heirId: UserId,
): Promise<void> {
  const { userId } = requireUser(ctx.actor)
  await requireRole(ctx, workspaceId, 'owner')
  if (heirId === userId) throw new AppError('conflict', 'You are its owner already.')
  const isHeir = and(eq(heir.workspaceId, workspaceId), eq(heir.userId, heirId))
  const isThere = exists(ctx.db.select({ role: heir.role }).from(heir).where(isHeir))
  const [swapped] = await ctx.db.batch([
    ctx.db
      .update(memberships)
      .set({ role: sql`case when ${memberships.userId} = ${heirId} then 'owner' else 'admin' end` })
      .where(
        and(
          eq(memberships.workspaceId, workspaceId),
          inArray(memberships.userId, [userId, heirId]),
          holdsRole(ctx, workspaceId, ['owner']),
          isThere,
        ),
      ),
    record(ctx, 'workspace.transferred', {
      workspaceId,
      data: { userId: heirId, from: userId },
      when: sql`changes() > 0`,
    }),
  ])
  if (swapped.meta.changes > 0) return
  await requireRole(ctx, workspaceId, 'owner')
  throw notFound('member')
}
