import { eq } from 'drizzle-orm'
import type { VideoId } from '#contracts/id.ts'
import type { Playback, Video } from '#contracts/video.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError, notFound } from '../../core/error.ts'
import { isPlayable } from '../source/policy.ts'
import { sources } from '../source/table.ts'
import { type EncodeRow, encodes } from '../transcode/table.ts'
import * as chapters from '../video/chapters.ts'
import { canWatch } from '../video/policy.ts'
import { type VideoRow, videos } from '../video/table.ts'
import { findAccess } from '../workspace/access.ts'
import { openPath } from './access.ts'
import { isLimited } from '../stream/limit.ts'
import { isPart } from './clip.ts'
import { listDownloads } from './file-list.ts'
import { languageName, languageTag } from './language.ts'
import { isFinal } from './offer.ts'
import type { Rights } from './rights.ts'
import { toMediaCtx } from './state.ts'
import { forPlay, kinds, playExpiry, signGrant, stableExpiry } from './token.ts'

type MaybeEncode = EncodeRow | null | undefined

/** One token for each kind of file; null where there is no right to it. */
interface Pass {
  film: string
  image: string | null
  caption: string | null
  download: string | null
  /** Of what may be saved, px. */
  maxHeight: number
  /** Epoch seconds. */
  expiresAt: number
  playId: string | null
  /** Seconds of the film. */
  part: Pick<Rights, 'from' | 'to'> | null
}

/** For pictures and captions: the same all day, so that browsers keep what they load. */
const signStable = (ctx: Ctx, { id, epoch }: VideoRow, kind: 'image' | 'caption') =>
  signGrant(ctx.config, {
    videoId: id,
    epoch,
    level: { k: kinds[kind], x: stableExpiry(ctx.now()) },
  })

const mediaUrl = (ctx: Ctx, token: string, key: string) => `${ctx.origin}/p/${token}/${key}`

/** Where an encode's picture lies; undefined while there is none. */
const pictureKey = (encode: MaybeEncode, key: string | null | undefined): string | undefined =>
  encode && key ? (encode.picturesPrefix ?? encode.prefix) + key : undefined

/** A file beside the pictures of an encode. Absolute, the same all day; null while there is none. */
async function pictureUrl(
  ctx: Ctx,
  video: VideoRow,
  encode: MaybeEncode,
  key: string | null | undefined,
): Promise<string | null> {
  const place = pictureKey(encode, key)
  return place ? mediaUrl(ctx, await signStable(ctx, video, 'image'), place) : null
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

/** What a viewer brings along. */
export interface Entry {
  /** A token that they were given; without one their account decides. */
  token?: string | undefined
  /** Of the player that goes on under a new token. */
  playId?: string | undefined
}

/**
 * Throws `not_found` for strangers of a private video, `playback_denied` for a token that does not
 * open it here, `conflict` until there is something to play.
 */
export async function getPlayback(
  ctx: Ctx,
  videoId: VideoId,
  entry: Entry,
  request: Request,
): Promise<Playback> {
  const [found] = await ctx.db
    .select({ video: videos, encode: encodes, source: sources })
    .from(videos)
    .leftJoin(encodes, eq(encodes.id, videos.encodeId))
    .leftJoin(sources, eq(sources.videoId, videos.id))
    .where(eq(videos.id, videoId))
  const video = found?.video
  const pass = entry.token
    ? await passOfToken(ctx, videoId, entry.token, entry.playId, request)
    : await passOfActor(ctx, video)
  if (!found || !video) throw notFound('video')
  const { encode, source } = found
  if (!isPlayable(video, source)) throw new AppError('conflict', 'The video cannot be played yet.')

  const picture = (key: string | null | undefined): string | null => {
    const place = pictureKey(encode, key)
    return place && pass.image ? mediaUrl(ctx, pass.image, place) : null
  }
  const pictures = encode?.pictures
  return {
    videoId,
    title: video.title,
    hlsUrl: mediaUrl(ctx, pass.film, `v/${videoId}/master.m3u8`),
    expiresAt: new Date(pass.expiresAt * 1000).toISOString(),
    playId: pass.playId,
    clip: pass.part && toClip(pass.part, video),
    isFinal: isFinal(video.status),
    durationMs: video.durationMs ?? 0,
    widthPx: video.widthPx,
    heightPx: video.heightPx,
    hasVideo: video.hasVideo,
    hasAudio: video.hasAudio,
    posterUrl: picture(chosenPoster(video, encode)?.key),
    storyboardUrl: picture(pictures?.storyboard && 'storyboard.vtt'),
    peaksUrl: picture(pictures?.peaks?.key),
    captions: pass.caption === null ? [] : listCaptions(ctx, pass.caption, encode),
    chapters: chapters.toPlayback(video),
    downloads: await downloadsOf(ctx, video, pass),
  }
}

async function downloadsOf(ctx: Ctx, video: VideoRow, { download, maxHeight }: Pass) {
  if (!download) return []
  const url = (key: string) => mediaUrl(ctx, download, key)
  return listDownloads(toMediaCtx(ctx), video, url, maxHeight)
}

/** Throws `not_found`: whoever may not watch learns nothing. */
async function passOfActor(ctx: Ctx, video: VideoRow | undefined): Promise<Pass> {
  if (!video || video.deletedAt !== null) throw notFound('video')
  if (!canWatch(video, await findAccess(ctx, video.workspaceId))) throw notFound('video')
  const expiresAt = playExpiry(ctx.now(), video)
  const sign = (kind: 'watch' | 'download') =>
    signGrant(ctx.config, {
      videoId: video.id,
      epoch: video.epoch,
      level: { k: kinds[kind], x: expiresAt },
      // Others hold one address together: it ends with the video's epoch alone.
      ...(video.visibility === 'private' && holderOf(ctx)),
    })
  return {
    film: await sign('watch'),
    image: await signStable(ctx, video, 'image'),
    caption: await signStable(ctx, video, 'caption'),
    download: video.downloads === 'none' ? null : await sign('download'),
    maxHeight: Infinity,
    expiresAt,
    playId: null,
    part: null,
  }
}

function holderOf({ actor }: Ctx) {
  if (actor.kind === 'user') return { holder: actor.sessionId }
  return actor.kind === 'key' ? { holder: actor.keyId } : {}
}

/** Throws `playback_denied`. Everything comes under the token itself: nothing reaches further. */
async function passOfToken(
  ctx: Ctx,
  videoId: VideoId,
  given: string,
  playId: string | undefined,
  request: Request,
): Promise<Pass> {
  const opened = await openPath(toMediaCtx(ctx), { token: given, videoId, kind: 'watch' }, request)
  const { token } = opened
  const { rights } = opened.grant
  const isCounted = isLimited(opened)
  const play = rights.playId ?? (isCounted ? (playId ?? crypto.randomUUID()) : undefined)
  const film = play && play !== rights.playId ? await forPlay(token, play) : token
  return {
    film,
    image: rights.kinds.has('image') ? film : null,
    caption: rights.kinds.has('caption') ? film : null,
    // There is no file of a part.
    download: rights.kinds.has('download') && !isPart(rights) ? film : null,
    maxHeight: rights.maxHeight,
    expiresAt: rights.expiresAt,
    playId: play ?? null,
    part: isPart(rights) ? rights : null,
  }
}

const toClip = ({ from, to }: NonNullable<Pass['part']>, { durationMs }: VideoRow) => ({
  fromSeconds: from,
  toSeconds: to === Infinity ? (durationMs ?? 0) / 1000 : to,
})

/** Forced ones are for viewers of another language than the sound: they come last. */
function listCaptions(ctx: Ctx, token: string, encode: MaybeEncode): Playback['captions'] {
  const tracks = (encode?.captions ?? []).toSorted((a, b) => +a.isForced - +b.isForced)
  const names = new Set<string>()
  return tracks.map(({ key, language, label, isForced }) => {
    const tag = languageTag(language)
    const named = label ?? languageName(tag) ?? 'Captions'
    const words = isForced ? `${named} (forced)` : named
    const name = names.has(words) ? `${words} ${names.size + 1}` : words
    names.add(name)
    return { language: tag ?? 'und', label: name, url: mediaUrl(ctx, token, encode!.prefix + key) }
  })
}
