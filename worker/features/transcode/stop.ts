import { type SQL, and, eq, ne, sql } from 'drizzle-orm'
import type { Id, VideoId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import { failureOf } from '../video/moves.ts'
import { loadEditableVideo } from '../video/service.ts'
import { isLive, wakeNext } from './queue.ts'
import { type TaskRow, tasks } from './table.ts'

/** Ends waiting and running tasks of a deleted video; the next heartbeat hears of it. */
export async function cancelTasks(ctx: Ctx, videoId: VideoId): Promise<void> {
  await tellStopped(ctx, await stopOf(ctx, eq(tasks.videoId, videoId)))
}

/** In the batch of what ends them: two who end the same film at once do it once. */
export const stopOf = (ctx: Ctx, which: SQL, moveId?: Id<'event'>) =>
  ctx.db
    .update(tasks)
    .set({
      state: 'cancelled',
      updatedAt: ctx.now(),
      finishedAt: ctx.now(),
      ...(moveId && { moveId }),
    })
    .where(and(which, isLive))
    .returning()

/** Sooner than the next heartbeat would, and others get their places. */
export async function tellStopped(ctx: Ctx, rows: TaskRow[]): Promise<void> {
  const begun = rows.filter(({ leaseId }) => leaseId)
  const told = await Promise.allSettled(
    begun.map(({ id, attempt }) => ctx.env.TASKS.getByName(id).cancel(id, attempt)),
  )
  for (const one of told) {
    if (one.status === 'rejected') ctx.log.error('a stop was not told', one.reason)
  }
  for (const [lane, freed] of Map.groupBy(begun, (task) => task.lane)) {
    await wakeNext(ctx, lane, freed.length)
  }
}

/**
 * Stops the conversion; what plays goes on playing, an opening too. Throws `conflict` where nothing
 * is being made.
 */
export async function cancelVideo(ctx: Ctx, id: VideoId): Promise<void> {
  const video = await loadEditableVideo(ctx, id)
  const moveId = ctx.id('event')
  const isStopped = sql`exists (select 1 from tasks where video_id = ${id} and move_id = ${moveId})`
  const [stopped] = await ctx.db.batch([
    stopOf(ctx, and(eq(tasks.videoId, id), ne(tasks.kind, 'opening'))!, moveId),
    failureOf(ctx, id, 'cancelled', isStopped),
    record(ctx, 'video.cancelled', {
      workspaceId: video.workspaceId,
      videoId: id,
      when: isStopped,
    }),
  ])
  if (!stopped.length) throw new AppError('conflict', 'Nothing of this video is being converted.')
  await tellStopped(ctx, stopped)
}
