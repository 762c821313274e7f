import { count, eq } from 'drizzle-orm'
import type { WorkspaceId } from '#contracts/id.ts'
import type { Workspace } from '#contracts/workspace.ts'
import type { Ctx } from '../../core/context.ts'
import { notFound } from '../../core/error.ts'
import { requireRole } from './access.ts'
import { memberships, workspaces } from './table.ts'

/** With the role that the actor has there now. Throws `not_found` for non-members. */
export async function getWorkspace(ctx: Ctx, id: WorkspaceId): Promise<Workspace> {
  const role = await requireRole(ctx, id, 'viewer')
  const [[row], [members]] = await ctx.db.batch([
    ctx.db.select().from(workspaces).where(eq(workspaces.id, id)),
    ctx.db.select({ count: count() }).from(memberships).where(eq(memberships.workspaceId, id)),
  ])
  if (!row) throw notFound('workspace')
  const { handle, name, description } = row
  return {
    ...{ id, handle, name, description, role },
    memberCount: members?.count ?? 0,
    isSuspended: row.suspendedAt !== null,
    maxStreamsPerViewer: row.maxStreamsPerViewer,
    createdAt: new Date(row.createdAt).toISOString(),
  }
}
