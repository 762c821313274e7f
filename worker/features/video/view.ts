import { and, asc, desc, eq, inArray } from 'drizzle-orm'
import type { Role } from '#contracts/auth.ts'
import { failureCodes } from '#contracts/error.ts'
import type { EncodeId, TaskId, VideoId } from '#contracts/id.ts'
import type { Channel, Progress, Rendition, Video } from '#contracts/video.ts'
import { inJson } from '../../core/column.ts'
import type { Ctx } from '../../core/context.ts'
import { posterUrl } from '../delivery/service.ts'
import { isPlayable, offersSource } from '../source/policy.ts'
import { type SourceRow, sources } from '../source/table.ts'
import { type EncodeRow, type RenditionRow, type TaskRow } from '../transcode/table.ts'
import { encodes, renditions, tasks } from '../transcode/table.ts'
import { listChannels, listRoles } from '../workspace/service.ts'
import { canEdit } from './policy.ts'
import type { VideoRow } from './table.ts'

interface Parts {
  channel: Channel | undefined
  role: Role | undefined
  encode: EncodeRow | undefined
  renditions: RenditionRow[]
  source: SourceRow | undefined
  task: TaskRow | undefined
  queuePlace: number | null
}

/** Rows → the contract's videos, with a fixed number of queries however many there are. */
export async function toVideos(ctx: Ctx, rows: VideoRow[]): Promise<Video[]> {
  const encodeIds = rows.flatMap((row) => row.encodeId ?? [])
  const busyIds = rows.flatMap((row) => (row.status === 'processing' ? row.id : []))
  const ids = rows.map((row) => row.id)
  const [channels, roles, encodeRows, renditionRows, sourceRows, taskRows] = await Promise.all([
    listChannels(ctx, [...new Set(rows.map((row) => row.workspaceId))]),
    listRoles(ctx),
    listEncodes(ctx, encodeIds),
    listRenditions(ctx, encodeIds),
    listSources(ctx, ids),
    listTasks(ctx, busyIds),
  ])
  const places = await listQueuePlaces(ctx, taskRows.values())
  const views = rows.map((row) => {
    const task = taskRows.get(row.id)
    return toVideo(ctx, row, {
      channel: channels.get(row.workspaceId),
      role: roles.get(row.workspaceId),
      encode: row.encodeId ? encodeRows.get(row.encodeId) : undefined,
      renditions: (row.encodeId && renditionRows.get(row.encodeId)) || [],
      source: sourceRows.get(row.id),
      task,
      queuePlace: (task && places.get(task.id)) ?? null,
    })
  })
  return Promise.all(views)
}

async function toVideo(ctx: Ctx, row: VideoRow, parts: Parts): Promise<Video> {
  const isEditor = canEdit(parts.role)
  return {
    id: row.id,
    channel: parts.channel ?? { id: row.workspaceId, handle: '', name: '' },
    title: row.title,
    description: row.description,
    status: row.status,
    playable: isPlayable(row, parts.source),
    visibility: row.visibility,
    durationMs: row.durationMs,
    widthPx: row.widthPx,
    heightPx: row.heightPx,
    hasVideo: row.hasVideo,
    hasAudio: row.hasAudio,
    posterUrl: await posterUrl(ctx, row, parts.encode),
    renditions: toRenditions(parts),
    progress: parts.task ? toProgress(ctx, parts.task, parts.queuePlace) : null,
    // Why a conversion failed is between the owner and us.
    failure:
      isEditor && row.status === 'failed' && row.failureCode
        ? { code: row.failureCode, message: failureCodes[row.failureCode] }
        : null,
    canEdit: isEditor,
    createdAt: toTime(row.createdAt),
    publishedAt: row.publishedAt === null ? null : toTime(row.publishedAt),
  }
}

export const toTime = (epochMs: number): string => new Date(epochMs).toISOString()

const bySharpness = (a: { heightPx: number | null }, b: { heightPx: number | null }) =>
  (b.heightPx ?? 0) - (a.heightPx ?? 0)

/** What plays, and what will: sharpest first, the file itself before all. */
function toRenditions({ renditions, source, task, encode }: Parts): Rendition[] {
  const ready = renditions.map((row) => ({
    name: row.name,
    kind: row.kind,
    widthPx: row.widthPx,
    heightPx: row.heightPx,
    state: 'ready' as const,
    percent: 100,
  }))
  const known = new Set(ready.map(({ name }) => name))
  const coming = encode?.isComplete ? [] : planned(task).filter(({ name }) => !known.has(name))
  const isOffered = offersSource(source, encode?.isComplete ? renditions : undefined)
  const own = isOffered ? [toSourceRendition(source!)] : []
  return [...own, ...[...ready, ...coming].toSorted(bySharpness)]
}

const planned = (task: TaskRow | undefined): Rendition[] =>
  (task?.progress?.renditions ?? []).map((rendition) => ({
    ...rendition,
    state: rendition.percent > 0 ? ('running' as const) : ('queued' as const),
  }))

function toSourceRendition({ summary }: SourceRow): Rendition {
  return {
    name: 'source',
    kind: summary?.video ? 'video' : 'audio',
    widthPx: summary?.video?.widthPx ?? null,
    heightPx: summary?.video?.heightPx ?? null,
    state: 'ready',
    percent: 100,
  }
}

/** Time left follows from how far this attempt has come since it began to encode. */
export function toProgress(
  ctx: Pick<Ctx, 'now'>,
  task: TaskRow,
  queuePlace: number | null,
): Progress {
  const isRunning = task.state === 'running' || task.state === 'starting'
  const progress = isRunning ? task.progress : null
  const waiting = task.state === 'retry' ? 'retry' : 'queued'
  const elapsedMs = progress?.encodeStartedAt ? ctx.now() - progress.encodeStartedAt : 0
  const percent = progress?.percent ?? 0
  const canTell = elapsedMs > 1000 && percent >= 2
  return {
    phase: isRunning ? (progress?.phase ?? 'starting') : waiting,
    percent,
    speed: progress?.speed ?? null,
    timeLeftMs: canTell ? Math.round((elapsedMs / percent) * (100 - percent)) : null,
    queuePlace,
    attempt: task.attempt,
  }
}

async function listEncodes(ctx: Ctx, ids: EncodeId[]): Promise<Map<EncodeId, EncodeRow>> {
  if (ids.length === 0) return new Map()
  const rows = await ctx.db.select().from(encodes).where(inJson(encodes.id, ids))
  return new Map(rows.map((row) => [row.id, row]))
}

async function listRenditions(ctx: Ctx, ids: EncodeId[]): Promise<Map<EncodeId, RenditionRow[]>> {
  if (ids.length === 0) return new Map()
  const rows = await ctx.db.select().from(renditions).where(inJson(renditions.encodeId, ids))
  return Map.groupBy(rows, (row) => row.encodeId)
}

async function listSources(ctx: Ctx, ids: VideoId[]): Promise<Map<VideoId, SourceRow>> {
  if (ids.length === 0) return new Map()
  const rows = await ctx.db.select().from(sources).where(inJson(sources.videoId, ids))
  return new Map(rows.map((row) => [row.videoId, row]))
}

/** The latest encode of each video. */
async function listTasks(ctx: Ctx, ids: VideoId[]): Promise<Map<VideoId, TaskRow>> {
  if (ids.length === 0) return new Map()
  const rows = await ctx.db
    .select()
    .from(tasks)
    .where(and(inJson(tasks.videoId, ids), eq(tasks.kind, 'encode')))
    .orderBy(tasks.id)
  return new Map(rows.map((row) => [row.videoId, row]))
}

/** Further back, a place says nothing: the queue moves before anyone counts it down. */
const maxPlaces = 500

/** 1 is next. Asked only where one of `rows` waits. */
async function listQueuePlaces(ctx: Ctx, rows: Iterable<TaskRow>): Promise<Map<TaskId, number>> {
  const isWaiting = ({ state }: TaskRow) => state === 'queued' || state === 'retry'
  if (![...rows].some(isWaiting)) return new Map()
  const queue = await ctx.db
    .select({ id: tasks.id })
    .from(tasks)
    .where(and(inArray(tasks.state, ['queued', 'retry']), eq(tasks.kind, 'encode')))
    .orderBy(desc(tasks.priority), asc(tasks.id))
    .limit(maxPlaces)
  return new Map(queue.map(({ id }, index) => [id, index + 1]))
}
