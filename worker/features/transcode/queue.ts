import { type SQL, and, asc, desc, inArray, lte } from 'drizzle-orm'
import type { TaskId, VideoId, WorkspaceId } from '#contracts/id.ts'
import type { TranscodeMessage } from '#contracts/task.ts'
import { inJson } from '../../core/column.ts'
import type { Ctx } from '../../core/context.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { tasks } from './table.ts'

interface NewTask {
  id: TaskId
  videoId: VideoId
  workspaceId: WorkspaceId
  sizeBytes: number
}

/**
 * A queued task as a statement for the batch that makes it necessary; it is made where `when`
 * holds. Small files go before large ones, so that a short clip never waits for a long film.
 */
export function insertTask(ctx: Ctx, task: NewTask, when: SQL) {
  const now = ctx.now()
  const priority = -Math.floor(Math.log2(Math.max(1, task.sizeBytes / 2 ** 20)))
  const row = {
    id: task.id,
    videoId: task.videoId,
    workspaceId: task.workspaceId,
    encodeId: ctx.id('encode'),
    kind: 'encode' as const,
    state: 'queued' as const,
    priority,
    attempt: 0,
    notBefore: now,
    enqueuedAt: now,
    seq: 0,
    createdAt: now,
    updatedAt: now,
  }
  return insertWhere(ctx.db, tasks, row, when)
}

interface Queued {
  id: TaskId
  videoId: VideoId
}

/** Puts messages into the queue; a lost one is found by `sweepQueue`. `delaySeconds` ≤ 24 h. */
export async function enqueue(ctx: Ctx, rows: Queued[], delaySeconds = 0): Promise<void> {
  for (const { id, videoId } of rows) {
    const message: TranscodeMessage = { v: 1, taskId: id, videoId, requestId: ctx.requestId }
    await ctx.env.TRANSCODE.send(message, { delaySeconds }).catch((error) => {
      ctx.log.error('task was not enqueued', error, { taskId: id })
    })
  }
}

/** Wakes the next waiting tasks: called whenever a place in the fleet has become free. */
export async function wakeNext(ctx: Ctx, count = 1): Promise<void> {
  const rows = await ctx.db
    .select({ id: tasks.id, videoId: tasks.videoId })
    .from(tasks)
    .where(and(inArray(tasks.state, ['queued', 'retry']), lte(tasks.notBefore, ctx.now())))
    .orderBy(desc(tasks.priority), asc(tasks.id))
    .limit(count)
  await enqueue(ctx, rows)
}

/** A waiting task without a message for so long has lost it. */
const messageLifeMs = 60_000

/** Puts waiting tasks back into the queue whose message was lost; for the cron. */
export async function sweepQueue(ctx: Ctx): Promise<number> {
  const rows = await ctx.db
    .select({ id: tasks.id, videoId: tasks.videoId })
    .from(tasks)
    .where(
      and(
        inArray(tasks.state, ['queued', 'retry']),
        lte(tasks.notBefore, ctx.now()),
        lte(tasks.enqueuedAt, ctx.now() - messageLifeMs),
      ),
    )
    .orderBy(desc(tasks.priority), asc(tasks.id))
    .limit(50)
  if (rows.length === 0) return 0
  const ids = rows.map((row) => row.id)
  await ctx.db.update(tasks).set({ enqueuedAt: ctx.now() }).where(inJson(tasks.id, ids))
  await enqueue(ctx, rows)
  return rows.length
}
