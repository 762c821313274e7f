import { type SQL, and, desc, eq, gt, inArray, isNull, lte, sql } from 'drizzle-orm'
import type { EncodeId, TaskId, VideoId, WorkspaceId } from '#contracts/id.ts'
import { type Lane, Lane as LaneName, type TaskKind } from '#contracts/task.ts'
import type { TranscodeMessage } from '#contracts/task.ts'
import { inJson } from '../../core/column.ts'
import type { Ctx } from '../../core/context.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { laneOf, maxWholeFilms, priorityOf } from './policy.ts'
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
  /** Where the film has come to already, by a task that this one follows. */
  shownPercent?: number
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
    lost: 0,
    notBefore: now,
    enqueuedAt: now,
    seq: 0,
    isWhole: task.isWhole ?? false,
    isSplit: false,
    shownPercent: task.shownPercent ?? 0,
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

/** What a queue takes in one call. https://developers.cloudflare.com/queues/platform/limits/ */
const maxBatch = 100

/** Puts messages into the queue; a lost one is found by `sweepQueue`. `delaySeconds` ≤ 24 h. */
export async function enqueue(ctx: Ctx, rows: Queued[], delaySeconds = 0): Promise<void> {
  const messages = rows.map(({ id, videoId }): { body: TranscodeMessage } => ({
    body: { v: 1, taskId: id, videoId, requestId: ctx.requestId },
  }))
  for (let at = 0; at < messages.length; at += maxBatch) {
    const some = messages.slice(at, at + maxBatch)
    await ctx.env.TRANSCODE.sendBatch(some, { delaySeconds }).catch((error) => {
      ctx.log.error('tasks were not enqueued', error, {
        taskId: some[0]!.body.taskId,
        count: some.length,
      })
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
function inOrder(ctx: Ctx, lane: Lane, which?: SQL) {
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
    .where(which)
    .as('waiting')
  return { waiting, order: [sql`place`, sql`last_turn`, waiting.id] }
}

export function nextInLane(ctx: Ctx, lane: Lane, limit: number, now = ctx.now()) {
  const { waiting, order } = inOrder(ctx, lane, isWaiting(lane, now))
  return ctx.db
    .select({ id: waiting.id, videoId: waiting.videoId })
    .from(waiting)
    .orderBy(...order)
    .limit(limit)
}

/** Whole films of a workspace that has as many under way as it may wait, and its other work goes on. */
const mayStart = (ctx: Ctx): SQL => sql`(tasks.kind <> 'encode' or (
  select count(*) from tasks other where other.lane = 'long' and other.kind = 'encode'
    and other.workspace_id = tasks.workspace_id and other.state in ('starting', 'running')
  ) < ${maxWholeFilms(ctx.config.FLEET_SLOTS)})`

/** The id of the task whose turn it is, to be asked for by the statement that takes it. */
export function turnOf(ctx: Ctx, lane: Lane) {
  const isWaitingNow = isWaiting(lane, ctx.now())
  const which = lane === 'long' ? and(isWaitingNow, mayStart(ctx)) : isWaitingNow
  const { waiting, order } = inOrder(ctx, lane, which)
  return ctx.db
    .select({ id: waiting.id })
    .from(waiting)
    .orderBy(...order)
    .limit(1)
}

/**
 * Wakes waiting tasks of a lane: called whenever places of it have become free. Of the other lanes
 * it wakes the next one, which may have waited for the machine itself.
 */
export async function wakeNext(ctx: Ctx, lane: Lane, count = 1): Promise<void> {
  const [openings, shorts, longs] = await ctx.db.batch([
    nextInLane(ctx, 'opening', lane === 'opening' ? count : 1),
    nextInLane(ctx, 'short', lane === 'short' ? count : 1),
    nextInLane(ctx, 'long', lane === 'long' ? count : 1),
  ])
  await enqueue(ctx, [...openings, ...shorts, ...longs])
}

/** A transcoder's place is free only once it has heard that its task is done. */
const endingMs = 10_000

/** Did something of this lane end a moment ago, so that a busy machine is busy no longer? */
export async function isEnding(ctx: Ctx, lane: Lane): Promise<boolean> {
  const isRecent = gt(tasks.finishedAt, ctx.now() - endingMs)
  const [ended] = await ctx.db
    .select({ id: tasks.id })
    .from(tasks)
    .where(and(isNull(tasks.sweptAt), isRecent, eq(tasks.lane, lane)))
    .limit(1)
  return ended !== undefined
}

/** A lane whose messages are older than this has lost them. */
const messageLifeMs = 60_000
const sweptAtLeast = 10

/** Puts waiting tasks back into the queue whose message was lost; for the cron. */
export async function sweepQueue(ctx: Ctx): Promise<number> {
  let count = 0
  const sweptAtOnce = Math.max(sweptAtLeast, ctx.config.FLEET_SLOTS)
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
