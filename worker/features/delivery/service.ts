import { eq } from 'drizzle-orm'
import type { VideoId } from '#contracts/id.ts'
import type { Playback, Video } from '#contracts/video.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError, notFound } from '../../core/error.ts'
import { isPlayable } from '../source/policy.ts'
import { sources } from '../source/table.ts'
import { type EncodeRow, encodes } from '../transcode/table.ts'
import { canWatch } from '../video/policy.ts'
import { type VideoRow, videos } from '../video/table.ts'
import { findAccess } from '../workspace/access.ts'
import { languageName, languageTag } from './language.ts'
import { isFinal } from './offer.ts'
import { playExpiry, signGrant, stableExpiry } from './token.ts'

type MaybeEncode = EncodeRow | null | undefined

/** A file beside the pictures of an encode. Absolute, the same all day; null while there is none. */
async function pictureUrl(
  ctx: Ctx,
  video: VideoRow,
  encode: MaybeEncode,
  key: string | null | undefined,
): Promise<string | null> {
  if (!encode || !key) return null
  return imageUrl(ctx, video, (encode.picturesPrefix ?? encode.prefix) + key)
}

/** The one that its owner chose, or the best. */
export const posterUrl = (ctx: Ctx, video: VideoRow, encode: MaybeEncode) =>
  pictureUrl(ctx, video, encode, chosenPoster(video, encode)?.key)

const chosenPoster = ({ poster }: VideoRow, encode: MaybeEncode) => {
  const posters = encode?.pictures?.posters ?? []
  return posters[poster] ?? posters[0]
}

export const previewUrl = (ctx: Ctx, video: VideoRow, encode: MaybeEncode) =>
  pictureUrl(ctx, video, encode, encode?.pictures?.previewKey)

/** All that a poster may be chosen from. */
export async function listPosters(
  ctx: Ctx,
  video: VideoRow,
  encode: MaybeEncode,
): Promise<Video['posters']> {
  const posters = encode?.pictures?.posters ?? []
  const chosen = chosenPoster(video, encode)
  const views = posters.map(async (poster) => ({
    url: (await pictureUrl(ctx, video, encode, poster.key))!,
    atSeconds: poster.atSeconds,
    isChosen: poster === chosen,
  }))
  return Promise.all(views)
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
  if (!canWatch(video, await findAccess(ctx, video.workspaceId))) throw notFound('video')
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
    storyboardUrl: await pictureUrl(
      ctx,
      video,
      encode,
      encode?.pictures?.storyboard && 'storyboard.vtt',
    ),
    peaksUrl: await pictureUrl(ctx, video, encode, encode?.pictures?.peaks?.key),
    captions: await listCaptions(ctx, video, encode),
    chapters: [],
  }
}

/** Forced ones are for viewers of another language than the sound: they come last. */
async function listCaptions(
  ctx: Ctx,
  video: VideoRow,
  encode: MaybeEncode,
): Promise<Playback['captions']> {
  const tracks = (encode?.captions ?? []).toSorted((a, b) => +a.isForced - +b.isForced)
  const names = new Set<string>()
  const views = tracks.map(async ({ key, language, label, isForced }) => {
    const tag = languageTag(language)
    const named = label ?? languageName(tag) ?? 'Captions'
    const words = isForced ? `${named} (forced)` : named
    const name = names.has(words) ? `${words} ${names.size + 1}` : words
    names.add(name)
    return {
      language: tag ?? 'und',
      label: name,
      url: await imageUrl(ctx, video, encode!.prefix + key),
    }
  })
  return Promise.all(views)
}
