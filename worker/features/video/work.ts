import { and, eq, inArray, isNotNull, ne, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { FailureCode } from '#contracts/error.ts'
import type { EncodeId, TaskId, VideoId } from '#contracts/id.ts'
import type { Lane } from '#contracts/task.ts'
import type { Progress } from '#contracts/video.ts'
import { inJson } from '../../core/column.ts'
import type { Ctx } from '../../core/context.ts'
import { isLive, leadOf, nextInLane } from '../transcode/queue.ts'
import { type SplitRow, type TaskRow, type TaskState, splits, tasks } from '../transcode/table.ts'
import type { VideoRow } from './table.ts'

/** What is being made of a video now, all its tasks together. */
export interface Work {
  /** The encode that the others are parts of. */
  lead: TaskRow
  /** Its parts that wait or run. */
  parts: TaskRow[]
  split: SplitRow | undefined
  chunks: Progress['chunks']
  /** Where those that wait stand in their lanes, 1 is next. */
  places: ReadonlyMap<TaskId, number>
}

export const isRunning = ({ state }: TaskRow) => state === 'running' || state === 'starting'
const isWaiting = ({ state }: TaskRow) => state === 'queued' || state === 'retry'

/** With a fixed number of queries, however many videos. */
export async function listWork(ctx: Ctx, rows: VideoRow[]): Promise<Map<VideoId, Work>> {
  const ids = rows.map(({ id }) => id)
  if (ids.length === 0) return new Map()
  const busyIds = rows.flatMap(({ id, status }) => (status === 'processing' ? id : []))
  const live = await ctx.db
    .select()
    .from(tasks)
    .where(and(inJson(tasks.videoId, ids), ne(tasks.kind, 'opening'), isLive))
  if (live.length === 0 && busyIds.length === 0) return new Map()

  const isWanted = or(inJson(tasks.id, live.map(leadOf)), inJson(tasks.videoId, busyIds))
  const leads = await ctx.db
    .select()
    .from(tasks)
    .where(and(eq(tasks.kind, 'encode'), isWanted))
    .orderBy(tasks.id)
  const splitIds = leads.flatMap(({ id, isSplit }) => (isSplit ? id : []))
  const [splitRows, counts, places] = await Promise.all([
    listSplits(ctx, splitIds),
    countChunks(ctx, splitIds),
    listPlaces(ctx, live),
  ])
  // The latest of a video's encodes comes last.
  return new Map(
    leads.map((lead) => {
      const parts = live.filter((task) => task.parentId === lead.id)
      const work: Work = {
        lead,
        parts,
        split: splitRows.get(lead.id),
        chunks: counts.get(lead.id) ?? null,
        places,
      }
      return [lead.videoId, work]
    }),
  )
}

/** Null as soon as any of them runs. */
export function placeOf(some: TaskRow[], { places }: Pick<Work, 'places'>): number | null {
  if (some.some(isRunning)) return null
  const waiting = some.filter(isWaiting).flatMap(({ id }) => places.get(id) ?? [])
  return waiting.length > 0 ? Math.min(...waiting) : null
}

async function listSplits(ctx: Ctx, ids: TaskId[]): Promise<Map<TaskId, SplitRow>> {
  if (ids.length === 0) return new Map()
  const rows = await ctx.db.select().from(splits).where(inJson(splits.taskId, ids))
  return new Map(rows.map((row) => [row.taskId, row]))
}

async function countChunks(ctx: Ctx, ids: TaskId[]): Promise<Map<TaskId, Progress['chunks']>> {
  if (ids.length === 0) return new Map()
  const rows = await ctx.db
    .select({
      id: tasks.parentId,
      all: sql<number>`count(*)`,
      done: sql<number>`sum(${tasks.state} = 'done')`,
    })
    .from(tasks)
    .where(and(inJson(tasks.parentId, ids), eq(tasks.kind, 'chunk')))
    .groupBy(tasks.parentId)
  return new Map(rows.map(({ id, all, done }) => [id!, { done, all }]))
}

/** Further back, a place says nothing: the queue moves before anyone counts it down. */
const maxPlaces = 500

/** 1 is next. Asked only of lanes in which one of `rows` waits. */
async function listPlaces(ctx: Ctx, rows: TaskRow[]): Promise<Map<TaskId, number>> {
  const lanes = new Set<Lane>(rows.filter(isWaiting).map(({ lane }) => lane))
  const places = new Map<TaskId, number>()
  for (const lane of lanes) {
    const next = await nextInLane(ctx, lane, maxPlaces, Number.MAX_SAFE_INTEGER) // pauses too
    for (const [index, { id }] of next.entries()) places.set(id, index + 1)
  }
  return places
}

/** What operators find the failures of videos by: the task that failed last. */
export async function listLogKeys(ctx: Ctx, rows: VideoRow[]): Promise<Map<VideoId, TaskId>> {
  const ids = rows.flatMap(({ id, status }) => (status === 'failed' ? id : []))
  if (ids.length === 0) return new Map()
  const failed = await ctx.db
    .select({ id: tasks.id, videoId: tasks.videoId })
    .from(tasks)
    .where(
      and(
        inJson(tasks.videoId, ids),
        inArray(tasks.state, ['failed', 'dead']),
        isNotNull(tasks.failureCode),
      ),
    )
    .orderBy(tasks.finishedAt)
  return new Map(failed.map(({ id, videoId }) => [videoId, id]))
}

/** A try to make renditions again; with the part of it that failed, where it was split. */
export interface Remake {
  id: TaskId
  videoId: VideoId
  of: EncodeId | null
  names: string[] | null
  state: TaskState
  code: FailureCode | null
  partId: TaskId | null
  partCode: FailureCode | null
  createdAt: number
}

/** Of the encodes that play now, the earliest first. */
export async function listRemakes(ctx: Ctx, rows: VideoRow[]): Promise<Map<VideoId, Remake[]>> {
  const present = new Set(rows.flatMap(({ encodeId }) => encodeId ?? []))
  if (present.size === 0) return new Map()
  const ids = rows.map(({ id }) => id)
  const part = alias(tasks, 'part')
  const isFailedPart = and(
    eq(part.parentId, tasks.id),
    eq(part.kind, 'chunk'),
    inArray(part.state, ['failed', 'dead']),
  )
  const remakes = await ctx.db
    .select({
      id: tasks.id,
      videoId: tasks.videoId,
      of: tasks.remakeOf,
      names: tasks.onlyNames,
      state: tasks.state,
      code: tasks.failureCode,
      partId: part.id,
      partCode: part.failureCode,
      createdAt: tasks.createdAt,
    })
    .from(tasks)
    .leftJoin(part, isFailedPart)
    .where(and(inJson(tasks.videoId, ids), isNotNull(tasks.remakeOf)))
    .orderBy(tasks.id)
  return Map.groupBy(
    remakes.filter(({ of }) => of && present.has(of)),
    ({ videoId }) => videoId,
  )
}

type Phase = Progress['phase']

function phaseOf({ lead, parts }: Work): Phase {
  const running = [lead, ...parts].filter(isRunning)
  const [first] = running
  if (!first) return restingPhase([lead, ...parts].filter(isWaiting))
  if (running.some(({ kind }) => kind === 'chunk')) return 'encode'
  if (first.kind === 'pictures') return 'store'
  return first.progress?.phase ?? 'starting'
}

/** Between its last part and its end nothing waits, and nothing runs. */
function restingPhase(waiting: TaskRow[]): Phase {
  if (waiting.length === 0) return 'store'
  return waiting.every(({ state }) => state === 'retry') ? 'retry' : 'queued'
}

/** Those that bring the pictures on: the lead of a split film makes its sound alone. */
const makersOf = ({ lead, parts }: Work): TaskRow[] => (lead.isSplit ? parts : [lead])

/** Of all that runs: two machines at 1 × make 2 seconds of film a second. */
function speedOf(work: Work): number | null {
  const speeds = makersOf(work)
    .filter(isRunning)
    .flatMap(({ progress }) => progress?.speed ?? [])
  return speeds.length > 0 ? speeds.reduce((sum, speed) => sum + speed, 0) : null
}

/** What is left is told only while it gets less. */
export const toProgress = (work: Work): Progress => ({
  phase: phaseOf(work),
  percent: work.lead.shownPercent,
  speed: speedOf(work),
  timeLeftMs: makersOf(work).some(isRunning) ? work.lead.timeLeftMs : null,
  queuePlace: placeOf([work.lead, ...work.parts], work),
  attempt: work.lead.lost + 1,
  chunks: work.chunks,
})
