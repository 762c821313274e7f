import { and, eq, inArray, sql } from 'drizzle-orm'
import type { TaskId } from '#contracts/id.ts'
import { type Heartbeat, type TaskFailure, leaseSeconds } from '#contracts/task.ts'
import { requireTask } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { holdsLease } from './policy.ts'
import { failTask, letGo, releaseTask, retryOrBury } from './service.ts'
import { shownAlone, showTogether } from './shown.ts'
import { type TaskProgress, type TaskRow, tasks } from './table.ts'

export const fenced = () => new AppError('fenced', 'Another attempt holds this task. Stop.')

/** The row as far as this very attempt may speak for it. Throws `fenced`. */
export async function loadClaimed(
  ctx: Ctx,
  id: TaskId,
  body: { attempt: number; leaseId: string },
): Promise<TaskRow> {
  const claim = requireTask(ctx.actor)
  const isOwn =
    claim.taskId === id && claim.attempt === body.attempt && claim.leaseId === body.leaseId
  const [task] = await ctx.db.select().from(tasks).where(eq(tasks.id, id))
  if (!isOwn || !task || task.leaseId !== claim.leaseId) throw fenced()
  return task
}

/** Extends the lease. Throws `fenced` to zombies; late beats change nothing. */
export async function heartbeat(
  ctx: Ctx,
  id: TaskId,
  beat: Heartbeat,
): Promise<{ leaseUntil: number; isCancelled: boolean }> {
  const task = await loadClaimed(ctx, id, beat)
  if (task.state === 'cancelled') return { leaseUntil: ctx.now(), isCancelled: true }
  if (!holdsLease(task, beat)) throw fenced()
  const leaseUntil = ctx.now() + leaseSeconds * 1000
  const progress = toProgress(ctx, task, beat)
  const [beaten] = await ctx.db
    .update(tasks)
    .set({
      state: 'running',
      leaseUntil,
      seq: beat.seq,
      progress,
      ...(isAlone(task) && shownAlone(ctx, progress)),
      updatedAt: ctx.now(),
    })
    .where(
      and(
        eq(tasks.id, id),
        eq(tasks.leaseId, beat.leaseId),
        inArray(tasks.state, ['starting', 'running']),
        sql`${tasks.seq} <= ${beat.seq}`,
      ),
    )
    .returning({ id: tasks.id })
  if (beaten && task.kind === 'chunk') await showTogether(ctx, task.parentId!)
  if (!beaten) ctx.log.info('late heartbeat', { taskId: id, seq: beat.seq })
  return { leaseUntil, isCancelled: false }
}

/** Of a film in parts, all of them together say how far it is. */
const isAlone = ({ parentId, isSplit }: TaskRow) => parentId === null && !isSplit

function toProgress(ctx: Ctx, task: TaskRow, beat: Heartbeat): TaskProgress {
  const before = task.progress
  const isEncoding = beat.phase === 'encode' || beat.phase === 'store'
  return {
    phase: beat.phase,
    percent: Math.max(beat.percent, before?.percent ?? 0),
    speed: beat.speed,
    renditions: beat.renditions,
    encodeStartedAt: before?.encodeStartedAt ?? (isEncoding ? ctx.now() : null),
  }
}

/** Gives the attempt up: again later, or for good. Throws `fenced`, also to a repeat. */
export async function failClaimed(
  ctx: Ctx,
  id: TaskId,
  failure: TaskFailure,
): Promise<{ ok: true }> {
  const task = await loadClaimed(ctx, id, failure)
  if (!holdsLease(task, failure)) throw fenced()
  const reason = { code: failure.code, message: failure.message }
  const giveUp = failure.isRetryable ? retryOrBury : failTask
  if (!(await giveUp(ctx, task, reason))) throw fenced()
  letGo(ctx, task)
  return { ok: true }
}

export async function releaseClaimed(
  ctx: Ctx,
  id: TaskId,
  claim: { attempt: number; leaseId: string; lane?: 'long' | undefined },
): Promise<{ ok: true }> {
  const task = await loadClaimed(ctx, id, claim)
  if (!holdsLease(task, claim)) throw fenced()
  await releaseTask(ctx, task, claim.lane)
  letGo(ctx, task)
  return { ok: true }
}
