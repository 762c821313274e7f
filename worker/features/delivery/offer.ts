import { eq, or } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { VideoId } from '#contracts/id.ts'
import type { Env } from '../../env.ts'
import { offersSource } from '../source/policy.ts'
import { type SourceRow, sources } from '../source/table.ts'
import { type EncodeRow, type RenditionRow, encodes, renditions } from '../transcode/table.ts'
import { type VideoRow, videos } from '../video/table.ts'
import { type Stream, growingPlaylistName, mediaPlaylistName } from './playlist.ts'

interface Made {
  encode: EncodeRow
  renditions: RenditionRow[]
}

/** All that a film can be played from now. */
export interface Offer {
  status: VideoRow['status']
  source: SourceRow | undefined
  opening: Made | undefined
  encode: Made | undefined
}

/** One round trip to D1. Undefined for a video that is not there. */
export async function readOffer(env: Env, videoId: VideoId): Promise<Offer | undefined> {
  const db = drizzle(env.DB)
  const isOfVideo = or(eq(encodes.id, videos.encodeId), eq(encodes.id, videos.openingId))
  const [[video], [source], encodeRows, rows] = await db.batch([
    db.select().from(videos).where(eq(videos.id, videoId)),
    db.select().from(sources).where(eq(sources.videoId, videoId)),
    db
      .select({ encode: encodes })
      .from(encodes)
      .innerJoin(videos, isOfVideo)
      .where(eq(videos.id, videoId)),
    db
      .select({ rendition: renditions })
      .from(renditions)
      .innerJoin(encodes, eq(encodes.id, renditions.encodeId))
      .innerJoin(videos, isOfVideo)
      .where(eq(videos.id, videoId)),
  ])
  if (!video) return undefined
  const made = (id: string | null): Made | undefined => {
    const found = encodeRows.find(({ encode }) => encode.id === id)
    const own = rows.map(({ rendition }) => rendition).filter(({ encodeId }) => encodeId === id)
    return found && { encode: found.encode, renditions: own }
  }
  return {
    status: video.status,
    source,
    opening: made(video.openingId),
    encode: made(video.encodeId),
  }
}

/**
 * What the master playlist offers. Until the ladder is whole: the file itself, the opening, and
 * each encoded rendition as it comes, all with the sound that was there first, so that one session
 * hears one sound. Then the ladder alone, and the file where it is worth keeping.
 */
export function listStreams({ status, source, opening, encode }: Offer) {
  const isWhole = encode?.encode.isComplete ?? false
  const encoded = toStreams(encode)
  const early = isWhole ? [] : [...sourceAudio(source), ...toStreams(opening)]
  const audio = isWhole ? encoded : [...early, ...encoded]
  const [first] = audio.filter(isAudio)
  const oneSound = isWhole ? encoded.filter(isAudio) : first ? [first] : []
  const known = new Set(encoded.map(({ name }) => name))
  const pictures = [
    ...encoded.filter((stream) => !isAudio(stream)),
    ...early.filter((stream) => !isAudio(stream) && !known.has(stream.name)),
    ...sourceVideo(source, isWhole ? encode!.renditions : undefined),
  ]
  const streams = [...pictures, ...oneSound]
  return { streams, isFinal: isFinal(status) }
}

/** The streams whose pictures a link lets through; without any, nothing, unless all is sound. */
export function withinHeight(streams: Named[], maxHeight: number): Named[] {
  const isSmall = ({ name, widthPx, heightPx }: Named) => {
    const rung = /^(\d{2,4})p/.exec(name)?.[1]
    return (rung ? Number(rung) : Math.min(widthPx ?? 0, heightPx ?? 0)) <= maxHeight
  }
  const fitting = streams.filter((stream) => isAudio(stream) || isSmall(stream))
  const hadPictures = streams.some((stream) => !isAudio(stream))
  return hadPictures && fitting.every(isAudio) ? [] : fitting
}

/** The same where its segments are encrypted: there, first pictures cannot be cut out of them. */
export const toEncrypted = (stream: Named): Named => ({
  ...stream,
  uri: `aes/${stream.uri}`,
  iframeBitsPerSecond: null,
})

/** Nothing joins a film any more that is ready, or has failed. */
export const isFinal = (status: VideoRow['status']): boolean =>
  status === 'ready' || status === 'failed'

type Named = Stream & { name: string }
const isAudio = ({ kind }: Stream) => kind === 'audio'

function toStreams(made: Made | undefined): Named[] {
  if (!made) return []
  const { id, attempt } = made.encode
  return made.renditions.map((row) => ({
    ...row,
    uri: `e/${row.location ?? `${id}/a${attempt}`}/${row.name}/${row.isGrowing ? growingPlaylistName : mediaPlaylistName}`,
  }))
}

/** `live.m3u8` from the first part on: a session that began during the upload goes on with it. */
const sourceUri = ({ uploadId }: SourceRow, track: 'video' | 'audio') =>
  `s/${uploadId}/${track}/${growingPlaylistName}`

function sourceVideo(source: SourceRow | undefined, encoded: RenditionRow[] | undefined): Named[] {
  const summary = offersSource(source, encoded) ? source?.summary : null
  if (!source || !summary?.video?.codecs) return []
  return [
    {
      name: 'source',
      kind: 'video',
      codecs: summary.video.codecs,
      peakBitsPerSecond: summary.video.peakBitsPerSecond,
      averageBitsPerSecond: summary.video.averageBitsPerSecond,
      widthPx: summary.video.widthPx,
      heightPx: summary.video.heightPx,
      framesPerSecond: summary.video.framesPerSecond,
      channels: null,
      language: null,
      ...{ track: null, label: null },
      iframeBitsPerSecond: null,
      uri: sourceUri(source, 'video'),
    },
  ]
}

function sourceAudio(source: SourceRow | undefined): Named[] {
  const summary = offersSource(source, undefined) ? source?.summary : null
  if (!source || !summary?.audio?.codecs || summary.verdict.opening === 'audio') return []
  return [
    {
      name: 'audio',
      kind: 'audio',
      codecs: summary.audio.codecs,
      peakBitsPerSecond: summary.audio.peakBitsPerSecond,
      averageBitsPerSecond: summary.audio.averageBitsPerSecond,
      widthPx: null,
      heightPx: null,
      framesPerSecond: null,
      channels: summary.audio.channels,
      language: summary.audio.language,
      ...{ track: 0, label: null },
      iframeBitsPerSecond: null,
      uri: sourceUri(source, 'audio'),
    },
  ]
}
