import { and, eq, inArray, isNotNull, ne, or, sql } from 'drizzle-orm'
import type { TaskId, VideoId } from '#contracts/id.ts'
import type { Lane } from '#contracts/task.ts'
import type { Progress } from '#contracts/video.ts'
import { inJson } from '../../core/column.ts'
import type { Ctx } from '../../core/context.ts'
import { isLive, leadOf, nextInLane } from '../transcode/queue.ts'
import { type SplitRow, type TaskRow, splits, tasks } from '../transcode/table.ts'
import type { VideoRow } from './table.ts'

/** What is being made of a video now, all its tasks together. */
export interface Work {
  /** The encode that the others are parts of. */
  lead: TaskRow
  /** Its parts that wait or run. */
  parts: TaskRow[]
  split: SplitRow | undefined
  chunks: Progress['chunks']
  queuePlace: number | null
}

const isRunning = ({ state }: TaskRow) => state === 'running' || state === 'starting'
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
        queuePlace: placeOf([lead, ...parts], places),
      }
      return [lead.videoId, work]
    }),
  )
}

/** Null as soon as any of it runs. */
function placeOf(all: TaskRow[], places: Map<TaskId, number>): number | null {
  if (all.some(isRunning)) return null
  const waiting = all.filter(isWaiting).flatMap(({ id }) => places.get(id) ?? [])
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

type Phase = Progress['phase']

function phaseOf({ lead, parts }: Work): Phase {
  const running = [lead, ...parts].filter(isRunning)
  const [first] = running
  if (!first) return lead.state === 'retry' ? 'retry' : 'queued'
  if (running.some(({ kind }) => kind === 'chunk')) return 'encode'
  if (first.kind === 'pictures') return 'store'
  return first.progress?.phase ?? 'starting'
}

/** Of all that runs: two machines at 1 × make 2 seconds of film a second. */
function speedOf({ lead, parts }: Work): number | null {
  const making = (lead.isSplit ? parts : [lead]).filter(isRunning)
  const speeds = making.flatMap(({ progress }) => progress?.speed ?? [])
  return speeds.length > 0 ? speeds.reduce((sum, speed) => sum + speed, 0) : null
}

export const toProgress = (work: Work): Progress => ({
  phase: phaseOf(work),
  percent: work.lead.shownPercent,
  speed: speedOf(work),
  timeLeftMs: work.lead.timeLeftMs,
  queuePlace: work.queuePlace,
  attempt: work.lead.attempt,
  chunks: work.chunks,
})
