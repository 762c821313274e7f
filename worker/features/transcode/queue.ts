import { type SQL, and, asc, desc, eq, inArray, lte } from 'drizzle-orm'
import type { TaskId, VideoId, WorkspaceId } from '#contracts/id.ts'
import type { TaskKind, TranscodeMessage } from '#contracts/task.ts'
import { inJson } from '../../core/column.ts'
import type { Ctx } from '../../core/context.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { tasks } from './table.ts'

interface NewTask {
  id: TaskId
  videoId: VideoId
  workspaceId: WorkspaceId
  sizeBytes: number
  kind?: TaskKind
}

/** Before all encodes: somebody waits for the first picture. */
const openingPriority = 1000

/**
 * A queued task as a statement for the batch that makes it necessary; it is made where `when`
 * holds. Small files go before large ones, so that a short clip never waits for a long film.
 */
export function insertTask(ctx: Ctx, task: NewTask, when: SQL) {
  const now = ctx.now()
  const { kind = 'encode' } = task
  const small = -Math.floor(Math.log2(Math.max(1, task.sizeBytes / 2 ** 20)))
  const row = {
    id: task.id,
    videoId: task.videoId,
    workspaceId: task.workspaceId,
    encodeId: ctx.id('encode'),
    kind,
    state: 'queued' as const,
    priority: kind === 'opening' ? openingPriority + small : small,
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

/**
 * Wakes the next waiting tasks, one of each kind, for each has its own places: called whenever a
 * place in the fleet has become free.
 */
export async function wakeNext(ctx: Ctx): Promise<void> {
  const nextOf = (kind: TaskKind) =>
    ctx.db
      .select({ id: tasks.id, videoId: tasks.videoId })
      .from(tasks)
      .where(
        and(
          inArray(tasks.state, ['queued', 'retry']),
          eq(tasks.kind, kind),
          lte(tasks.notBefore, ctx.now()),
        ),
      )
      .orderBy(desc(tasks.priority), asc(tasks.id))
      .limit(1)
  const [openings, encodes] = await ctx.db.batch([nextOf('opening'), nextOf('encode')])
  await enqueue(ctx, [...openings, ...encodes])
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
