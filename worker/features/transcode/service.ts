import { type SQL, and, eq, inArray, lte, or, sql } from 'drizzle-orm'
import type { FailureCode } from '#contracts/error.ts'
import type { VideoId } from '#contracts/id.ts'
import { type Lane, retryDelayMs } from '#contracts/task.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import { failureOf, retryOf } from '../video/moves.ts'
import { loadEditableVideo } from '../video/service.ts'
import { isHeldBy, movedBy } from './claim.ts'
import { endOf, loadLead } from './finish.ts'
import { isGivenUp, workOf } from './policy.ts'
import { enqueue, insertTask, leadOf, wakeNext } from './queue.ts'
import { stopOf, tellStopped } from './stop.ts'
import { type TaskRow, tasks } from './table.ts'

/** Belongs to one attempt alone: two runs of x264 differ, so attempts never share a prefix. */
export const outputPrefix = (task: Pick<TaskRow, 'videoId' | 'encodeId' | 'attempt'>): string =>
  `v/${task.videoId}/e/${task.encodeId}/a${task.attempt}/`

interface PutBack {
  /** Somebody may have begun: whatever it stored, the next attempt has a number of its own. */
  isUsed: boolean
  lane?: Lane | undefined
}

/** No fault of the task's: the attempt is not one of those it has. */
export async function putBack(
  ctx: Ctx,
  task: TaskRow,
  { isUsed, lane = task.lane }: PutBack,
): Promise<void> {
  await ctx.db
    .update(tasks)
    .set({
      state: 'queued',
      attempt: isUsed ? task.attempt : task.attempt - 1,
      lane,
      leaseId: null,
      leaseUntil: null,
      startedAt: null, // that was no turn
      enqueuedAt: ctx.now(),
      updatedAt: ctx.now(),
    })
    .where(isHeldBy(task, task))
}

/** The machine is leaving, or the film belongs elsewhere: the task goes back at once. */
export async function releaseTask(ctx: Ctx, task: TaskRow, lane?: Lane): Promise<void> {
  await putBack(ctx, task, { isUsed: true, lane })
  await enqueue(ctx, [task])
  if (lane && lane !== task.lane) await wakeNext(ctx, task.lane)
}

/** A container of the task's own goes with it; a transcoder that has an address stays. */
export function letGo(ctx: Ctx, { id }: TaskRow): void {
  if (ctx.env.TRANSCODER_URL) return
  ctx.defer(
    ctx.env.TASKS.getByName(id)
      .leave()
      .catch((error) => ctx.log.error('a container was not let go', error, { taskId: id })),
  )
}

interface Reason {
  code: FailureCode
  message: string
}

/** Another attempt after a pause, or the end after the last one. False where others were faster. */
export async function retryOrBury(ctx: Ctx, task: TaskRow, reason: Reason): Promise<boolean> {
  const lost = task.lost + 1
  if (isGivenUp(lost)) return bury(ctx, task, reason)
  const delayMs = retryDelayMs(lost)
  const [[moved]] = await ctx.db.batch([
    ctx.db
      .update(tasks)
      .set({
        state: 'retry',
        lost,
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
  if (!moved) return false
  ctx.log.warn('task will be tried again', { taskId: task.id, delayMs, reason: reason.message })
  await enqueue(ctx, [task], Math.ceil(delayMs / 1000))
  await wakeNext(ctx, task.lane)
  return true
}

/** For good: the file itself is at fault. False where others were faster. */
export async function failTask(ctx: Ctx, task: TaskRow, reason: Reason): Promise<boolean> {
  return end(ctx, task, 'failed', reason)
}

/** For good: nobody knows why. The row stays as the dead letter, to be seen and replayed. */
async function bury(ctx: Ctx, task: TaskRow, reason: Reason): Promise<boolean> {
  const code = reason.code === 'internal' ? 'out_of_attempts' : reason.code
  return end(ctx, task, 'dead', { ...reason, code })
}

async function end(
  ctx: Ctx,
  task: TaskRow,
  state: 'failed' | 'dead',
  { code, message }: Reason,
): Promise<boolean> {
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
  if (!moved) return false
  ctx.log.warn('task ended', { taskId: task.id, state, code, reason: message })
  await tellStopped(ctx, stopped)
  await wakeNext(ctx, task.lane)
  return true
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
  if (lead.remakeOf) {
    return [
      record(ctx, 'video.remake_failed', {
        workspaceId: task.workspaceId,
        videoId: task.videoId,
        data: { taskId: task.id, code },
        when: isMoved,
      }),
    ]
  }
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
      shownPercent: lead.shownPercent,
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
