import { type SQL, and, eq, exists, isNotNull, isNull, sql } from 'drizzle-orm'
import type { WorkspaceId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import { requireRole } from './access.ts'
import { holdsRole } from './guard.ts'
import { invitations, memberships, workspaces } from './table.ts'

/**
 * Statements that end a workspace where `when` holds: nobody is in it from then on, so its keys open
 * nothing, and its handle is free. Its videos go by the listener of `workspace.deleted`.
 */
export function planWorkspaceEnd(ctx: Ctx, id: WorkspaceId, when: SQL) {
  const { db } = ctx
  const gone = and(eq(workspaces.id, id), isNotNull(workspaces.deletedAt))
  const isGone = exists(db.select({ id: workspaces.id }).from(workspaces).where(gone))
  return [
    db
      .update(workspaces)
      // An id has a character that no handle has, so nobody could have taken it.
      .set({ deletedAt: ctx.now(), handle: id, name: '', description: '' })
      .where(and(eq(workspaces.id, id), isNull(workspaces.deletedAt), when)),
    record(ctx, 'workspace.deleted', { workspaceId: id, when: sql`changes() > 0` }),
    db.delete(memberships).where(and(eq(memberships.workspaceId, id), isGone)),
    db.delete(invitations).where(and(eq(invitations.workspaceId, id), isGone)),
  ] as const
}

/** For good. `typed` is its handle, so that it is no slip. Throws `forbidden`, `conflict`. */
export async function deleteWorkspace(ctx: Ctx, id: WorkspaceId, typed: string): Promise<void> {
  await requireRole(ctx, id, 'owner')
  const isMeant = and(eq(workspaces.handle, typed), holdsRole(ctx, id, ['owner']))
  const [ended] = await ctx.db.batch(planWorkspaceEnd(ctx, id, isMeant!))
  if (ended.meta.changes > 0) return
  await requireRole(ctx, id, 'owner')
  throw new AppError('conflict', 'This is not the handle of the workspace: type it as it stands.')
}
