import { type SQL, and, desc, eq, inArray, lte, sql } from 'drizzle-orm'
import type { EncodeId, TaskId, VideoId, WorkspaceId } from '#contracts/id.ts'
import { type Lane, Lane as LaneName, type TaskKind } from '#contracts/task.ts'
import type { TranscodeMessage } from '#contracts/task.ts'
import { inJson } from '../../core/column.ts'
import type { Ctx } from '../../core/context.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { laneOf, priorityOf } from './policy.ts'
import { type TaskRow, tasks } from './table.ts'

interface NewTask {
  id: TaskId
  videoId: VideoId
  workspaceId: WorkspaceId
  sizeBytes: number
  kind?: TaskKind
  /** Seconds of 1080p30 that the film stands for, where that is known. */
  workSeconds?: number | undefined
  parentId?: TaskId
  /** As its kind and work say, unless said. */
  lane?: Lane
  isWhole?: boolean
  remake?: { of: EncodeId; names: string[]; replaced: string[] }
}

/** A queued task as a statement for the batch that makes it necessary; made where `when` holds. */
export function insertTask(ctx: Ctx, task: NewTask, when: SQL) {
  const now = ctx.now()
  const { kind = 'encode', remake } = task
  const row = {
    id: task.id,
    videoId: task.videoId,
    workspaceId: task.workspaceId,
    encodeId: ctx.id('encode'),
    kind,
    lane: task.lane ?? laneOf({ ...task, kind }),
    state: 'queued' as const,
    priority: priorityOf({ ...task, kind }),
    attempt: 0,
    notBefore: now,
    enqueuedAt: now,
    seq: 0,
    isWhole: task.isWhole ?? false,
    isSplit: false,
    shownPercent: 0,
    ...(task.parentId && { parentId: task.parentId }),
    ...(remake && { remakeOf: remake.of, onlyNames: remake.names, replaced: remake.replaced }),
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

const isWaiting = (lane: Lane, now: number) =>
  and(eq(tasks.lane, lane), inArray(tasks.state, ['queued', 'retry']), lte(tasks.notBefore, now))

/** For so long it is remembered who had the last turn. */
const turnMemoryMs = 24 * 3600_000

/**
 * Waiting tasks of a lane in the order in which they get places: workspaces take turns, the one
 * that had its last turn longest ago first; each sends its own by priority and then by age.
 */
export const nextInLane = (ctx: Ctx, lane: Lane, limit: number, now = ctx.now()) => {
  const { workspaceId } = tasks
  const lastTurn = sql<number>`coalesce((
    select max(other.started_at) from tasks other
    where other.lane = ${lane} and other.workspace_id = tasks.workspace_id
      and other.started_at > ${ctx.now() - turnMemoryMs}), 0)`
  const place = sql<number>`row_number() over (
    partition by ${workspaceId} order by ${tasks.priority} desc, ${tasks.id})`
  const waiting = ctx.db
    .select({
      id: tasks.id,
      videoId: tasks.videoId,
      place: place.as('place'),
      lastTurn: lastTurn.as('last_turn'),
    })
    .from(tasks)
    .where(isWaiting(lane, now))
    .as('waiting')
  return ctx.db
    .select({ id: waiting.id, videoId: waiting.videoId })
    .from(waiting)
    .orderBy(sql`place`, sql`last_turn`, waiting.id)
    .limit(limit)
}

/** Wakes the next waiting task of a lane: called whenever a place of it has become free. */
export async function wakeNext(ctx: Ctx, lane: Lane): Promise<void> {
  await enqueue(ctx, await nextInLane(ctx, lane, 1))
}

/** A lane whose messages are older than this has lost them. */
const messageLifeMs = 60_000
/** More places than that no lane has at once. */
const sweptAtOnce = 10

/** Puts waiting tasks back into the queue whose message was lost; for the cron. */
export async function sweepQueue(ctx: Ctx): Promise<number> {
  let count = 0
  for (const lane of LaneName.options) {
    const next = await nextInLane(ctx, lane, sweptAtOnce)
    const ids = next.map(({ id }) => id)
    const isForgotten = lte(tasks.enqueuedAt, ctx.now() - messageLifeMs)
    const rows = await ctx.db
      .update(tasks)
      .set({ enqueuedAt: ctx.now() })
      .where(and(inJson(tasks.id, ids), isWaiting(lane, ctx.now()), isForgotten))
      .returning({ id: tasks.id, videoId: tasks.videoId })
    await enqueue(ctx, rows)
    count += rows.length
  }
  return count
}

/** Tasks that still wait or run: of a video, or parts of a task. */
export const isLive = inArray(tasks.state, ['queued', 'retry', 'starting', 'running'])

/** The task of the owner's film that parts belong to; itself where it is no part. */
export const leadOf = (task: Pick<TaskRow, 'id' | 'parentId'>): TaskId => task.parentId ?? task.id

/** The latest first. */
export const latestEncode = (ctx: Ctx, videoId: VideoId) =>
  ctx.db
    .select()
    .from(tasks)
    .where(and(eq(tasks.videoId, videoId), eq(tasks.kind, 'encode')))
    .orderBy(desc(tasks.id))
    .limit(1)
