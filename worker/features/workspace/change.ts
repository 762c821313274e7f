import { and, eq, sql } from 'drizzle-orm'
import type { WorkspaceId } from '#contracts/id.ts'
import type { Workspace } from '#contracts/workspace.ts'
import type { Ctx } from '../../core/context.ts'
import { record } from '../../core/record.ts'
import { requireRole } from './access.ts'
import { holdsRole } from './guard.ts'
import { handleTaken, isHandleTaken, isReserved } from './handle.ts'
import { workspaces } from './table.ts'
import { getWorkspace } from './view.ts'

interface Change {
  name?: string | undefined
  handle?: string | undefined
  description?: string | undefined
  maxStreamsPerViewer?: number | null | undefined
}

/** Writes the named fields and no other. Throws `forbidden` below admins, `handle_taken`. */
export async function updateWorkspace(
  ctx: Ctx,
  id: WorkspaceId,
  { name, handle, description, maxStreamsPerViewer }: Change,
): Promise<Workspace> {
  await requireRole(ctx, id, 'admin')
  if (handle !== undefined && isReserved(handle)) throw handleTaken()
  const fields = {
    ...(name !== undefined && { name }),
    ...(handle !== undefined && { handle }),
    ...(description !== undefined && { description }),
    ...(maxStreamsPerViewer !== undefined && { maxStreamsPerViewer }),
  }
  const write = ctx.db.batch([
    ctx.db
      .update(workspaces)
      .set(fields)
      .where(and(eq(workspaces.id, id), holdsRole(ctx, id, ['owner', 'admin']))),
    record(ctx, 'workspace.updated', {
      workspaceId: id,
      data: { fields: Object.keys(fields).join(' '), ...(handle && { handle }) },
      when: sql`changes() > 0`,
    }),
  ])
  const [updated] = await write.catch((cause: unknown) => {
    throw isHandleTaken(cause) ? handleTaken(cause) : cause
  })
  if (updated.meta.changes === 0) await requireRole(ctx, id, 'admin')
  return getWorkspace(ctx, id)
}
