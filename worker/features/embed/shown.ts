import { and, eq, isNull } from 'drizzle-orm'
import type { VideoId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { isPlayable } from '../source/policy.ts'
import { sources } from '../source/table.ts'
import { type EncodeRow, encodes } from '../transcode/table.ts'
import { canWatch } from '../video/policy.ts'
import { type VideoRow, videos } from '../video/table.ts'
import { findAccess } from '../workspace/access.ts'
import { listChannels } from '../workspace/service.ts'

/** A video with what plays of it, and the name of its channel. */
export interface Film {
  video: VideoRow
  encode: EncodeRow | null
  isPlayable: boolean
  channel: string
}

/** Whoever asks. Undefined for what is not there. */
export async function findFilm(ctx: Ctx, id: VideoId): Promise<Film | undefined> {
  const [found] = await ctx.db
    .select({ video: videos, encode: encodes, source: sources })
    .from(videos)
    .leftJoin(encodes, eq(encodes.id, videos.encodeId))
    .leftJoin(sources, eq(sources.videoId, videos.id))
    .where(and(eq(videos.id, id), isNull(videos.deletedAt)))
  if (!found) return undefined
  const { video, encode, source } = found
  const channel = (await listChannels(ctx, [video.workspaceId])).get(video.workspaceId)
  return { video, encode, isPlayable: isPlayable(video, source), channel: channel?.name ?? '' }
}

/** Undefined for what is missing, and for what is private to whoever asks. */
export async function findShown(ctx: Ctx, id: VideoId): Promise<Film | undefined> {
  const film = await findFilm(ctx, id)
  return film && canWatch(film.video, await findAccess(ctx, film.video.workspaceId))
    ? film
    : undefined
}

export const addressesOf = (ctx: Ctx, id: VideoId) => ({
  watch: `${ctx.origin}/watch/${id}`,
  embed: `${ctx.origin}/embed/${id}`,
  /** Stays the same, unlike the picture's own address; leads to it. */
  poster: `${ctx.origin}/embed/${id}/poster.jpg`,
  oembed: (format: 'json' | 'xml') =>
    `${ctx.origin}/oembed?url=${encodeURIComponent(`${ctx.origin}/watch/${id}`)}&format=${format}`,
})

export const hasPoster = ({ encode }: Film): boolean => (encode?.pictures?.posters ?? []).length > 0

/** 16:9 for sound, and until the film's own shape is known. */
export const shapeOf = ({ widthPx, heightPx }: Film['video']) =>
  widthPx && heightPx ? { widthPx, heightPx } : { widthPx: 1280, heightPx: 720 }
