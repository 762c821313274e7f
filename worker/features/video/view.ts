import type { Role } from '#contracts/auth.ts'
import { failureCodes } from '#contracts/error.ts'
import type { EncodeId, TaskId, VideoId } from '#contracts/id.ts'
import type { Channel, Video } from '#contracts/video.ts'
import { inJson } from '../../core/column.ts'
import type { Ctx } from '../../core/context.ts'
import { listPosters, posterUrl, previewUrl } from '../delivery/service.ts'
import { isPlayable } from '../source/policy.ts'
import { type SourceRow, sources } from '../source/table.ts'
import { type EncodeRow, type RenditionRow, encodes, renditions } from '../transcode/table.ts'
import { listRoles } from '../workspace/access.ts'
import { listChannels } from '../workspace/service.ts'
import { chaptersOf } from './chapters.ts'
import { canEdit } from './policy.ts'
import { toRenditions } from './rendition.ts'
import type { VideoRow } from './table.ts'
import { type Remake, type Work, listLogKeys, listRemakes, listWork, toProgress } from './work.ts'

interface Parts {
  channel: Channel | undefined
  role: Role | undefined
  encode: EncodeRow | undefined
  renditions: RenditionRow[]
  source: SourceRow | undefined
  work: Work | undefined
  remakes: Remake[]
  logKey: TaskId | undefined
}

/** Rows → the contract's videos, with a fixed number of queries however many there are. */
export async function toVideos(ctx: Ctx, rows: VideoRow[]): Promise<Video[]> {
  const encodeIds = rows.flatMap((row) => row.encodeId ?? [])
  const ids = rows.map((row) => row.id)
  const [channels, roles, encodeRows, renditionRows, sourceRows, work, remakes, logKeys] =
    await Promise.all([
      listChannels(ctx, [...new Set(rows.map((row) => row.workspaceId))]),
      listRoles(ctx),
      listEncodes(ctx, encodeIds),
      listRenditions(ctx, encodeIds),
      listSources(ctx, ids),
      listWork(ctx, rows),
      listRemakes(ctx, rows),
      listLogKeys(ctx, rows),
    ])
  const views = rows.map((row) =>
    toVideo(ctx, row, {
      channel: channels.get(row.workspaceId),
      role: roles.get(row.workspaceId),
      encode: row.encodeId ? encodeRows.get(row.encodeId) : undefined,
      renditions: (row.encodeId && renditionRows.get(row.encodeId)) || [],
      source: sourceRows.get(row.id),
      work: work.get(row.id),
      remakes: remakes.get(row.id) ?? [],
      logKey: logKeys.get(row.id),
    }),
  )
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
    previewUrl: await previewUrl(ctx, row, parts.encode),
    posters: isEditor ? await listPosters(ctx, row, parts.encode) : [],
    chapters: chaptersOf(row),
    hasOwnChapters: row.chapters !== null,
    renditions: toRenditions({ ...parts, remakes: isEditor ? parts.remakes : [] }),
    progress: parts.work ? toProgress(parts.work) : null,
    // Why a conversion failed is between the owner and us.
    failure:
      isEditor && row.status === 'failed' && row.failureCode
        ? {
            code: row.failureCode,
            message: failureCodes[row.failureCode],
            logKey: parts.logKey ?? null,
          }
        : null,
    embedDomains: isEditor ? row.embedDomains : null,
    downloads: row.downloads,
    encryption: row.encryption,
    canEdit: isEditor,
    createdAt: toTime(row.createdAt),
    publishedAt: row.publishedAt === null ? null : toTime(row.publishedAt),
  }
}

export const toTime = (epochMs: number): string => new Date(epochMs).toISOString()

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
