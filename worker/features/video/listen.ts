import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import type { WorkspaceId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import type { Listener } from '../../core/record.ts'
import { workspaces } from '../workspace/table.ts'
import { removalOf } from './moves.ts'
import { videos } from './table.ts'

/** Two statements each, in one batch. */
const removedAtOnce = 50

/** A workspace that is gone takes its videos along; what they have open and stored follows each. */
export const removeVideos: Listener = async (ctx, event) => {
  if (event.kind !== 'workspace.deleted' || !event.workspaceId) return
  while ((await removeSome(ctx, event.workspaceId)) === removedAtOnce);
}

/** Answers how many it removed. A repeat goes on where the last one stopped. */
async function removeSome(ctx: Ctx, workspaceId: WorkspaceId): Promise<number> {
  const rows = await ctx.db
    .select({ id: videos.id, workspaceId: videos.workspaceId })
    .from(videos)
    .innerJoin(workspaces, eq(workspaces.id, videos.workspaceId))
    .where(
      and(
        eq(videos.workspaceId, workspaceId),
        isNull(videos.deletedAt),
        isNotNull(workspaces.deletedAt),
      ),
    )
    .limit(removedAtOnce)
  const [first, ...others] = rows.map((row) => removalOf(ctx, row))
  if (first) await ctx.db.batch([...first, ...others.flat()])
  return rows.length
}
