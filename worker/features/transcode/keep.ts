import { and, eq, isNotNull, lt, not, or, sql } from 'drizzle-orm'
import type { TaskId } from '#contracts/id.ts'
import { inJson } from '../../core/column.ts'
import type { Ctx } from '../../core/context.ts'
import { withdrawalOf } from '../video/moves.ts'
import { type TaskRow, chunks, encodes, renditions, splits, tasks } from './table.ts'

/** Takes an opening away that nobody is sent to any more. */
export async function dropOpening(ctx: Ctx, { encodeId, videoId }: TaskRow): Promise<void> {
  await ctx.db.batch([
    withdrawalOf(ctx, videoId, encodeId),
    ctx.db.delete(renditions).where(eq(renditions.encodeId, encodeId)),
    ctx.db.delete(encodes).where(eq(encodes.id, encodeId)),
  ])
}

/** Says that nothing of these tasks' lost attempts is left in storage: nobody asks for their parts. */
export async function markSwept(ctx: Ctx, ids: TaskId[]): Promise<void> {
  await ctx.db.batch([
    ctx.db.update(tasks).set({ sweptAt: ctx.now() }).where(inJson(tasks.id, ids)),
    ctx.db.delete(splits).where(inJson(splits.taskId, ids)),
    ctx.db.delete(chunks).where(inJson(chunks.parentId, ids)),
  ])
}

/**
 * Old ends of no further use, once their outputs have been looked at, and parts before what they
 * are parts of; dead ones stay for the operator.
 */
export async function forgetOldTasks(ctx: Ctx): Promise<void> {
  const isOver = or(eq(tasks.state, 'done'), eq(tasks.state, 'cancelled'))
  const monthAgo = ctx.now() - 30 * 24 * 3600_000
  const hasParts = sql`exists (select 1 from tasks part where part.parent_id = tasks.id)`
  await ctx.db
    .delete(tasks)
    .where(and(isOver, isNotNull(tasks.sweptAt), not(hasParts), lt(tasks.finishedAt, monthAgo)))
}
