import { eq } from 'drizzle-orm'
import type { VideoId } from '#contracts/id.ts'
import type { Playback } from '#contracts/video.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError, notFound } from '../../core/error.ts'
import { isPlayable } from '../source/policy.ts'
import { sources } from '../source/table.ts'
import { type EncodeRow, encodes } from '../transcode/table.ts'
import { canWatch } from '../video/policy.ts'
import { type VideoRow, videos } from '../video/table.ts'
import { findRole } from '../workspace/service.ts'
import { isFinal } from './offer.ts'
import { playExpiry, signGrant, stableExpiry } from './token.ts'

/** Absolute, the same all day; null while there is no picture. */
export async function posterUrl(
  ctx: Ctx,
  video: VideoRow,
  encode: EncodeRow | null | undefined,
): Promise<string | null> {
  if (!encode?.posterKey) return null
  return imageUrl(ctx, video, `${encode.prefix}${encode.posterKey}`)
}

async function imageUrl(ctx: Ctx, video: VideoRow, key: string): Promise<string> {
  const expiresAt = stableExpiry(ctx.now())
  const grant = { videoId: video.id, epoch: video.epoch, expiresAt, kind: 'image' as const }
  return `${ctx.origin}/p/${await signGrant(ctx.config, grant)}/${key}`
}

/** Throws `not_found` for strangers of a private video, `conflict` until there is something to play. */
export async function getPlayback(ctx: Ctx, videoId: VideoId): Promise<Playback> {
  const [found] = await ctx.db
    .select({ video: videos, encode: encodes, source: sources })
    .from(videos)
    .leftJoin(encodes, eq(encodes.id, videos.encodeId))
    .leftJoin(sources, eq(sources.videoId, videos.id))
    .where(eq(videos.id, videoId))
  if (!found || found.video.deletedAt !== null) throw notFound('video')
  const { video, encode, source } = found
  if (!canWatch(video, await findRole(ctx, video.workspaceId))) throw notFound('video')
  if (!isPlayable(video, source)) throw new AppError('conflict', 'The video cannot be played yet.')

  const isShared = video.visibility === 'public' // one address for all viewers
  const expiresAt = playExpiry(ctx.now(), video)
  const token = await signGrant(ctx.config, {
    videoId,
    epoch: video.epoch,
    expiresAt,
    kind: 'play',
    ...(!isShared && ctx.actor.kind === 'user' && { sessionId: ctx.actor.sessionId }),
  })
  return {
    videoId,
    hlsUrl: `${ctx.origin}/p/${token}/v/${videoId}/master.m3u8`,
    expiresAt: new Date(expiresAt * 1000).toISOString(),
    isFinal: isFinal(video.status),
    durationMs: video.durationMs ?? 0,
    widthPx: video.widthPx,
    heightPx: video.heightPx,
    hasVideo: video.hasVideo,
    hasAudio: video.hasAudio,
    posterUrl: await posterUrl(ctx, video, encode),
    storyboardUrl: encode?.storyboard
      ? await imageUrl(ctx, video, `${encode.prefix}storyboard.vtt`)
      : null,
    captions: [],
    chapters: [],
  }
}
