import { type SQL, and, eq, inArray, lt, lte, ne, or, sql } from 'drizzle-orm'
import type { FailureCode } from '#contracts/error.ts'
import type { TaskId, VideoId } from '#contracts/id.ts'
import { retryDelayMs } from '#contracts/task.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import { failureOf, retryOf, withdrawalOf } from '../video/moves.ts'
import { loadEditableVideo } from '../video/service.ts'
import { isHeldBy, movedBy } from './claim.ts'
import { endOf, loadLead } from './finish.ts'
import { isLastAttempt, workOf } from './policy.ts'
import { enqueue, insertTask, isLive, leadOf, wakeNext } from './queue.ts'
import { type TaskRow, encodes, renditions, tasks } from './table.ts'

/** Belongs to one attempt alone: two runs of x264 differ, so attempts never share a prefix. */
export const outputPrefix = (task: Pick<TaskRow, 'videoId' | 'encodeId' | 'attempt'>): string =>
  `v/${task.videoId}/e/${task.encodeId}/a${task.attempt}/`

/** No fault of the task's: the attempt does not count. It is woken when a place gets free. */
export async function putBack(ctx: Ctx, task: TaskRow): Promise<void> {
  await ctx.db
    .update(tasks)
    .set({
      state: 'queued',
      attempt: task.attempt - 1,
      leaseId: null,
      leaseUntil: null,
      startedAt: null, // that was no turn
      enqueuedAt: ctx.now(),
      updatedAt: ctx.now(),
    })
    .where(isHeldBy(task, task))
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
      .where(isHeldBy(task, task))
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
  await wakeNext(ctx, task.lane)
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
  const isMoved = movedBy(task, moveId)
  const now = ctx.now()
  const failure = { failureCode: code, failureMessage: message }
  const [[moved], stopped] = await ctx.db.batch([
    ctx.db
      .update(tasks)
      .set({ state, moveId, ...failure, updatedAt: now, finishedAt: now })
      .where(isHeldBy(task, task))
      .returning(),
    stopOf(ctx, and(partsEndedBy(task), isMoved)!),
    ...(await consequencesOf(ctx, task, { code, message }, isMoved)),
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
  await tellStopped(ctx, stopped)
  if (moved) await wakeNext(ctx, task.lane)
}

/**
 * What the end of a task means for its film. Without an opening it plays a little later, without
 * pictures it is ready all the same, a rendition that could not be made again stays as it is. A
 * film that cannot be made in chunks is made whole.
 */
async function consequencesOf(ctx: Ctx, task: TaskRow, { code }: Reason, isMoved: SQL) {
  if (task.kind === 'opening') return []
  const lead = await loadLead(ctx, task)
  if (task.kind === 'pictures') return endOf(ctx, lead, isMoved)
  if (task.kind === 'chunk' && code === 'damaged') return [wholeOf(ctx, lead, isMoved)]
  if (lead.remakeOf) return []
  return [
    failureOf(ctx, task.videoId, code, isMoved),
    record(ctx, 'video.failed', {
      workspaceId: task.workspaceId,
      videoId: task.videoId,
      data: { taskId: task.id, code },
      when: isMoved,
    }),
  ]
}

const wholeOf = (ctx: Ctx, lead: TaskRow, isMoved: SQL) =>
  insertTask(
    ctx,
    {
      id: ctx.id('task'),
      videoId: lead.videoId,
      workspaceId: lead.workspaceId,
      sizeBytes: 0,
      lane: 'long',
      isWhole: true,
      ...(lead.remakeOf && {
        remake: { of: lead.remakeOf, names: lead.onlyNames ?? [], replaced: [] },
      }),
    },
    isMoved,
  )

/** The lead and the other parts of a film that is not to be made this way any more. */
const partsEndedBy = (task: TaskRow): SQL =>
  task.kind === 'pictures' || task.kind === 'opening'
    ? sql`false`
    : or(eq(tasks.id, leadOf(task)), eq(tasks.parentId, leadOf(task)))!

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
    workSeconds: workOf(video),
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
  await tellStopped(ctx, await stopOf(ctx, eq(tasks.videoId, videoId)))
}

/** In the batch of what ends them: two who end the same film at once do it once. */
const stopOf = (ctx: Ctx, which: SQL) =>
  ctx.db
    .update(tasks)
    .set({ state: 'cancelled', updatedAt: ctx.now(), finishedAt: ctx.now() })
    .where(and(which, isLive))
    .returning()

/** Sooner than the next heartbeat would, and others get their places. */
async function tellStopped(ctx: Ctx, rows: TaskRow[]): Promise<void> {
  for (const task of rows) {
    if (task.leaseId) await ctx.env.TASKS.getByName(task.id).cancel(task.id, task.attempt)
  }
  for (const lane of new Set(rows.map((task) => task.lane))) await wakeNext(ctx, lane)
}

/**
 * Stops the conversion; what plays goes on playing, an opening too. Throws `conflict` where nothing
 * is being made.
 */
export async function cancelVideo(ctx: Ctx, id: VideoId): Promise<void> {
  const video = await loadEditableVideo(ctx, id)
  const isLeft = and(eq(tasks.videoId, id), ne(tasks.kind, 'opening'))!
  const [found] = await ctx.db.select({ id: tasks.id }).from(tasks).where(and(isLeft, isLive))
  if (!found) throw new AppError('conflict', 'Nothing of this video is being converted.')
  const [stopped] = await ctx.db.batch([
    stopOf(ctx, isLeft),
    failureOf(ctx, id, 'cancelled', sql`true`),
    record(ctx, 'video.cancelled', { workspaceId: video.workspaceId, videoId: id }),
  ])
  await tellStopped(ctx, stopped)
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
