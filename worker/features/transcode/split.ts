import { and, eq, isNotNull, isNull, ne, or, sql } from 'drizzle-orm'
import type { Id, TaskId } from '#contracts/id.ts'
import type { TaskSplit } from '#contracts/task.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { insertFrom, insertWhere } from '../../core/insert-where.ts'
import { looksOf } from '../video/moves.ts'
import { videos } from '../video/table.ts'
import { isHeldBy, movedBy } from './claim.ts'
import { holdsLease, laneOf, priorityOf } from './policy.ts'
import { enqueue, nextInLane } from './queue.ts'
import { fenced, loadClaimed } from './report.ts'
import { type SplitRow, type TaskRow, splits, tasks } from './table.ts'

export async function findSplit(ctx: Ctx, id: TaskId): Promise<SplitRow | undefined> {
  const [split] = await ctx.db.select().from(splits).where(eq(splits.taskId, id))
  return split
}

/**
 * A long film's pictures become chunk tasks, once and for all attempts: a repeat changes nothing.
 * Throws `invalid_fields` unless the chunks are the film, frame for frame, and `fenced`.
 */
export async function splitClaimed(ctx: Ctx, id: TaskId, split: TaskSplit): Promise<{ ok: true }> {
  const task = await loadClaimed(ctx, id, split)
  if (!holdsLease(task, split)) throw fenced()
  if (task.isSplit) return { ok: true }
  if (task.kind !== 'encode' || task.isWhole) throw misfit('This task is not to be split.')
  requireGrid(split)

  const moveId = ctx.id('event')
  const isMoved = movedBy(task, moveId)
  const [[moved]] = await ctx.db.batch([
    ctx.db
      .update(tasks)
      .set({ isSplit: true, moveId, updatedAt: ctx.now() })
      .where(and(isHeldBy(task, split), eq(tasks.isSplit, false)))
      .returning(),
    insertWhere(ctx.db, splits, toSplit(ctx, task, split), isMoved),
    insertChunks(ctx, task, split, moveId),
    ...(task.remakeOf
      ? []
      : [looksOf(ctx, task.videoId, { ...looksOfSplit(split), hasVideo: true }, isMoved)]),
  ])
  if (!moved) throw fenced()
  ctx.log.info('film split', { taskId: id, chunks: split.chunks.length })
  await enqueue(ctx, await nextInLane(ctx, 'long', ctx.config.FLEET_SLOTS))
  return { ok: true }
}

const misfit = (sentence: string) => new AppError('invalid_fields', sentence)

function requireGrid({ chunks, plan }: TaskSplit): void {
  let next = 0
  for (const [at, { number, firstFrame, endFrame }] of chunks.entries()) {
    const isOnGrid = firstFrame % plan.segmentFrames === 0
    if (number !== at || firstFrame !== next || endFrame <= firstFrame || !isOnGrid) {
      throw misfit(`Chunk ${at} does not follow the one before it.`)
    }
    next = endFrame
  }
  if (next !== plan.frameCount) throw misfit('The chunks are not the whole film.')
}

const looksOfSplit = ({ media }: TaskSplit) => ({
  durationMs: media.durationMs,
  widthPx: media.widthPx,
  heightPx: media.heightPx,
  hasAudio: false, // its sound says so itself
})

const toSplit = (ctx: Ctx, task: TaskRow, { plan, media, input, chunks }: TaskSplit) => ({
  taskId: task.id,
  encodeId: task.encodeId,
  plan,
  media,
  input,
  chunkCount: chunks.length,
  createdAt: ctx.now(),
})

/** All of them by one statement, for a film of hours has hundreds. */
function insertChunks(ctx: Ctx, task: TaskRow, { chunks }: TaskSplit, moveId: Id<'event'>) {
  const rows = chunks.map((chunk) => ({
    id: ctx.id('task'),
    encodeId: ctx.id('encode'),
    priority: task.priority + priorityOf({ kind: 'chunk', sizeBytes: 0, number: chunk.number }),
    chunk,
  }))
  const now = ctx.now()
  const tail = sql`from json_each(${JSON.stringify(rows)}) where ${movedBy(task, moveId)}`
  return insertFrom(
    ctx.db,
    tasks,
    {
      id: sql`value ->> 'id'`,
      videoId: task.videoId,
      workspaceId: task.workspaceId,
      encodeId: sql`value ->> 'encodeId'`,
      kind: 'chunk',
      lane: laneOf({ kind: 'chunk', sizeBytes: 0 }),
      state: 'queued',
      priority: sql`value ->> 'priority'`,
      attempt: 0,
      lost: 0,
      notBefore: now,
      enqueuedAt: now,
      seq: 0,
      parentId: task.id,
      chunk: sql`value -> 'chunk'`,
      isWhole: false,
      isSplit: false,
      shownPercent: 0,
      createdAt: now,
      updatedAt: now,
    },
    tail,
  )
}

/** Chunk tasks of a split that are not done yet. */
export async function countOpenChunks(ctx: Ctx, id: TaskId): Promise<number> {
  const [row] = await ctx.db
    .select({ count: sql<number>`count(*)` })
    .from(tasks)
    .where(and(eq(tasks.parentId, id), eq(tasks.kind, 'chunk'), ne(tasks.state, 'done')))
  return row!.count
}

/** Splits all parts of which are done and whose renditions are not whole yet, the oldest first. */
export const listOpenSplits = (ctx: Ctx) =>
  ctx.db
    .select({ taskId: splits.taskId })
    .from(splits)
    .innerJoin(tasks, eq(tasks.id, splits.taskId))
    .innerJoin(videos, eq(videos.id, tasks.videoId))
    .where(
      and(
        isNull(splits.composedAt),
        eq(tasks.state, 'done'),
        isNull(videos.deletedAt),
        or(eq(videos.status, 'processing'), isNotNull(tasks.remakeOf)),
        sql`not exists (select 1 from tasks part
          where part.parent_id = ${splits.taskId} and part.kind = 'chunk' and part.state <> 'done')`,
      ),
    )
    .orderBy(splits.taskId)
    .limit(50)
