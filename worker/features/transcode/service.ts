import { and, eq, inArray, lt, lte, or, sql } from 'drizzle-orm'
import type { FailureCode } from '#contracts/error.ts'
import type { TaskId, VideoId } from '#contracts/id.ts'
import { retryDelayMs } from '#contracts/task.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import { failureOf, retryOf, withdrawalOf } from '../video/moves.ts'
import { loadEditableVideo } from '../video/service.ts'
import { isLastAttempt } from './policy.ts'
import { enqueue, insertTask, wakeNext } from './queue.ts'
import { type TaskRow, encodes, renditions, tasks } from './table.ts'

/** Belongs to one attempt alone: two runs of x264 differ, so attempts never share a prefix. */
export const outputPrefix = (task: Pick<TaskRow, 'videoId' | 'encodeId' | 'attempt'>): string =>
  `v/${task.videoId}/e/${task.encodeId}/a${task.attempt}/`

const heldBy = (task: TaskRow) =>
  and(
    eq(tasks.id, task.id),
    eq(tasks.attempt, task.attempt),
    eq(tasks.leaseId, task.leaseId!),
    inArray(tasks.state, ['starting', 'running']),
  )

/** No fault of the task's: the attempt does not count. It is woken when a place gets free. */
export async function putBack(ctx: Ctx, task: TaskRow): Promise<void> {
  await ctx.db
    .update(tasks)
    .set({
      state: 'queued',
      attempt: task.attempt - 1,
      leaseId: null,
      leaseUntil: null,
      enqueuedAt: ctx.now(),
      updatedAt: ctx.now(),
    })
    .where(heldBy(task))
}

/** The machine is leaving: the task goes back at once and the attempt does not count. */
export async function releaseTask(ctx: Ctx, task: TaskRow): Promise<void> {
  await putBack(ctx, task)
  await enqueue(ctx, [task])
}

interface Reason {
  code: FailureCode
  message: string
}

/** Another attempt after a pause, or the end after the last one. */
export async function retryOrBury(ctx: Ctx, task: TaskRow, reason: Reason): Promise<void> {
  if (isLastAttempt(task.attempt)) return bury(ctx, task, reason)
  const delayMs = retryDelayMs(task.attempt)
  const [[moved]] = await ctx.db.batch([
    ctx.db
      .update(tasks)
      .set({
        state: 'retry',
        leaseId: null,
        leaseUntil: null,
        notBefore: ctx.now() + delayMs,
        enqueuedAt: ctx.now() + delayMs,
        failureCode: reason.code,
        failureMessage: reason.message,
        updatedAt: ctx.now(),
      })
      .where(heldBy(task))
      .returning(),
    record(ctx, 'task.retried', {
      workspaceId: task.workspaceId,
      videoId: task.videoId,
      data: { taskId: task.id, attempt: task.attempt, code: reason.code },
      when: sql`changes() > 0`,
    }),
  ])
  if (!moved) return
  ctx.log.warn('task will be tried again', { taskId: task.id, delayMs, reason: reason.message })
  await enqueue(ctx, [task], Math.ceil(delayMs / 1000))
  await wakeNext(ctx)
}

/** For good: the file itself is at fault. */
export async function failTask(ctx: Ctx, task: TaskRow, reason: Reason): Promise<void> {
  await end(ctx, task, 'failed', reason)
}

/** For good: nobody knows why. The row stays as the dead letter, to be seen and replayed. */
async function bury(ctx: Ctx, task: TaskRow, reason: Reason): Promise<void> {
  const code = reason.code === 'internal' ? 'out_of_attempts' : reason.code
  await end(ctx, task, 'dead', { ...reason, code })
}

async function end(
  ctx: Ctx,
  task: TaskRow,
  state: 'failed' | 'dead',
  { code, message }: Reason,
): Promise<void> {
  const moveId = ctx.id('event')
  // Without its opening a film plays a little later: that is no failure of the film.
  const isFilmLost = task.kind === 'encode'
  const isMoved = sql`exists (select 1 from tasks where id = ${task.id} and move_id = ${moveId})`
  await ctx.db.batch([
    ctx.db
      .update(tasks)
      .set({
        state,
        moveId,
        failureCode: code,
        failureMessage: message,
        updatedAt: ctx.now(),
        finishedAt: ctx.now(),
      })
      .where(heldBy(task)),
    ...(isFilmLost
      ? [
          failureOf(ctx, task.videoId, code, isMoved),
          record(ctx, 'video.failed', {
            workspaceId: task.workspaceId,
            videoId: task.videoId,
            data: { taskId: task.id, code },
            when: isMoved,
          }),
        ]
      : []),
    ...(state === 'dead'
      ? [
          record(ctx, 'task.dead', {
            workspaceId: task.workspaceId,
            videoId: task.videoId,
            data: { taskId: task.id, code },
            when: isMoved,
          }),
        ]
      : []),
  ])
  ctx.log.warn('task ended', { taskId: task.id, state, code, reason: message })
  await wakeNext(ctx)
}

/** Gives lost attempts their next try; for the cron. Answers how many. */
export async function reclaimLost(ctx: Ctx): Promise<number> {
  const lost = await ctx.db
    .select()
    .from(tasks)
    .where(and(inArray(tasks.state, ['starting', 'running']), lte(tasks.leaseUntil, ctx.now())))
    .limit(50)
  for (const task of lost) {
    await retryOrBury(ctx, task, { code: 'internal', message: 'the lease ran out' })
  }
  return lost.length
}

/** A new task for a failed video. Throws `conflict` unless it has failed. */
export async function retryVideo(ctx: Ctx, id: VideoId): Promise<void> {
  const video = await loadEditableVideo(ctx, id)
  if (!video.sourceKey || !video.sourceBytes) {
    throw new AppError('conflict', 'The file of this video never arrived. Upload it again.')
  }
  const task = {
    id: ctx.id('task'),
    videoId: id,
    workspaceId: video.workspaceId,
    sizeBytes: video.sourceBytes,
  }
  const isTaskMade = sql`exists (select 1 from tasks where id = ${task.id})`
  const [[moved]] = await ctx.db.batch([
    retryOf(ctx, id),
    insertTask(ctx, task, sql`changes() > 0`),
    record(ctx, 'video.retried', {
      workspaceId: video.workspaceId,
      videoId: id,
      when: isTaskMade,
    }),
  ])
  if (!moved) throw new AppError('conflict', 'Only a failed video can be converted again.')
  await enqueue(ctx, [task])
}

/** Ends waiting and running tasks of a deleted video; the next heartbeat hears of it. */
export async function cancelTasks(ctx: Ctx, videoId: VideoId): Promise<void> {
  const isLive = inArray(tasks.state, ['queued', 'retry', 'starting', 'running'])
  const rows = await ctx.db
    .update(tasks)
    .set({ state: 'cancelled', updatedAt: ctx.now(), finishedAt: ctx.now() })
    .where(and(eq(tasks.videoId, videoId), isLive))
    .returning()
  for (const task of rows) {
    if (task.leaseId) await ctx.env.TASKS.getByName(task.id).cancel(task.id, task.attempt)
  }
  if (rows.length > 0) await wakeNext(ctx)
}

/** Takes an opening away that nobody is sent to any more. */
export async function dropOpening(ctx: Ctx, { encodeId, videoId }: TaskRow): Promise<void> {
  await ctx.db.batch([
    withdrawalOf(ctx, videoId, encodeId),
    ctx.db.delete(renditions).where(eq(renditions.encodeId, encodeId)),
    ctx.db.delete(encodes).where(eq(encodes.id, encodeId)),
  ])
}

/** Says that nothing of the task's lost attempts is left in storage. */
export async function markSwept(ctx: Ctx, id: TaskId): Promise<void> {
  await ctx.db.update(tasks).set({ sweptAt: ctx.now() }).where(eq(tasks.id, id))
}

/** Old ends of no further use; dead ones stay for the operator. */
export async function forgetOldTasks(ctx: Ctx): Promise<void> {
  const isOver = or(eq(tasks.state, 'done'), eq(tasks.state, 'cancelled'))
  const monthAgo = ctx.now() - 30 * 24 * 3600_000
  await ctx.db.delete(tasks).where(and(isOver, lt(tasks.finishedAt, monthAgo)))
}
