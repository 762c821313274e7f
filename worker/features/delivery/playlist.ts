import { segmentSeconds } from '#contracts/ladder.ts'
import type { PublishedRendition } from '#contracts/task.ts'
import type { RenditionRow } from '../transcode/table.ts'

export const mediaPlaylistName = 'index.m3u8'
export const growingPlaylistName = 'live.m3u8'
export const iframePlaylistName = 'iframes.m3u8'

const fileName = (key: string): string => key.slice(key.lastIndexOf('/') + 1)

/** What a media playlist says of a rendition; keys are read to their last part. */
interface Listed {
  initKey: string
  segments: { key: string; durationSeconds: number; keyFrameBytes?: number | undefined }[]
}
type Segment = Listed['segments'][number]

/**
 * The VOD playlist that lies beside a rendition's segments (RFC 8216). Durations are written as
 * differences of rounded sums, so that their total is the media's to the microsecond.
 */
export const mediaPlaylist = (rendition: Listed): string =>
  writePlaylist(rendition, { tags: [vod, '#EXT-X-INDEPENDENT-SEGMENTS'] })

/**
 * The same while segments are still made or uploaded: players come back for more until it ends.
 * They would begin near its end, so it says where the film begins. RFC 8216, 4.3.5.2
 */
export const growingPlaylist = (rendition: Listed, isWhole: boolean): string =>
  writePlaylist(rendition, {
    tags: ['#EXT-X-PLAYLIST-TYPE:EVENT', '#EXT-X-START:TIME-OFFSET=0,PRECISE=YES'],
    minTargetSeconds: 1, // players come back that often
    isOpen: !isWhole,
  })

/**
 * The first picture of each segment, for scrubbing: byte ranges of the same files. Undefined where
 * a segment's picture was not measured. RFC 8216, 4.3.3.6
 */
export function iframePlaylist(rendition: PublishedRendition): string | undefined {
  if (iframeBits(rendition) === null) return undefined
  return writePlaylist(rendition, {
    tags: [vod, '#EXT-X-I-FRAMES-ONLY'],
    tagsOf: ({ keyFrameBytes }) => [`#EXT-X-BYTERANGE:${keyFrameBytes}@0`],
  })
}

const vod = '#EXT-X-PLAYLIST-TYPE:VOD'

interface Writing {
  tags: string[]
  tagsOf?: (segment: Segment) => string[]
  minTargetSeconds?: number
  isOpen?: boolean
}

function writePlaylist(
  { initKey, segments }: Listed,
  { tags, tagsOf = () => [], minTargetSeconds = segmentSeconds, isOpen = false }: Writing,
): string {
  const longest = segments.reduce((most, { durationSeconds }) => Math.max(most, durationSeconds), 0)
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    // Nearest integer, 4.3.3.1; one value for all renditions of a film, RFC 8216bis 6.2.4.
    `#EXT-X-TARGETDURATION:${Math.max(minTargetSeconds, Math.round(longest))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    ...tags,
    `#EXT-X-MAP:URI="${fileName(initKey)}"`,
  ]
  let endSeconds = 0
  let endMicros = 0
  for (const segment of segments) {
    endSeconds += segment.durationSeconds
    const micros = Math.round(endSeconds * 1e6) - endMicros
    endMicros += micros
    lines.push(`#EXTINF:${(micros / 1e6).toFixed(6)},`, ...tagsOf(segment), fileName(segment.key))
  }
  return `${lines.join('\n')}\n${isOpen ? '' : '#EXT-X-ENDLIST\n'}`
}

/** Peak bits a second of a rendition's first pictures; null for sound. */
export function iframeBits(rendition: PublishedRendition): number | null {
  if (rendition.kind !== 'video') return null
  const rates = rendition.segments.map(({ keyFrameBytes, durationSeconds }) =>
    keyFrameBytes === undefined ? Number.NaN : Math.ceil((keyFrameBytes * 8) / durationSeconds),
  )
  const peak = Math.max(...rates)
  return Number.isNaN(peak) ? null : peak
}

export interface Stream extends Pick<
  RenditionRow,
  | 'kind'
  | 'codecs'
  | 'peakBitsPerSecond'
  | 'averageBitsPerSecond'
  | 'widthPx'
  | 'heightPx'
  | 'framesPerSecond'
  | 'channels'
  | 'language'
  | 'iframeBitsPerSecond'
> {
  /** Of its playlist, relative to the master. */
  uri: string
}

/** Our own tag, which players skip: no rendition will join this film any more. */
const finalTag = '#EXT-X-LANTERN-FINAL:YES'

/**
 * The master playlist of a film. Sound is a group of its own; a film without picture offers its
 * sound as the variants.
 */
export function masterPlaylist(streams: Stream[], { isFinal }: { isFinal: boolean }): string {
  const audio = streams.filter(({ kind }) => kind === 'audio')
  const video = defaultFirst(streams.filter(({ kind }) => kind === 'video'))
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7']
  if (isFinal) lines.push(finalTag)
  if (video.length > 0) lines.push(...audioGroup(audio))
  for (const stream of video.length > 0 ? video : defaultFirst(audio)) {
    lines.push(`#EXT-X-STREAM-INF:${variant(stream, audio)}`, stream.uri)
  }
  lines.push(...iframeStreams(video))
  return `${lines.join('\n')}\n`
}

/**
 * Players begin with the first variant or take its rate as their first guess: Apple asks for the
 * one near 2 Mbit/s (HLS authoring specification, 9.13). The others follow, lowest first.
 */
function defaultFirst(streams: Stream[]): Stream[] {
  const rising = streams.toSorted((a, b) => a.peakBitsPerSecond - b.peakBitsPerSecond)
  const first = rising.findLast((stream) => stream.averageBitsPerSecond <= 2_000_000) ?? rising[0]
  return first ? [first, ...rising.filter((stream) => stream !== first)] : []
}

function variant(stream: Stream, audio: Stream[]): string {
  const isVideo = stream.kind === 'video'
  const withSound = isVideo ? [stream, ...audio.slice(0, 1)] : [stream]
  const codecs = new Set(isVideo ? [stream, ...audio].map((s) => s.codecs) : [stream.codecs])
  const peakAudio = isVideo ? Math.max(0, ...audio.map((s) => s.peakBitsPerSecond)) : 0
  const average = withSound.reduce((sum, s) => sum + s.averageBitsPerSecond, 0)
  return [
    `BANDWIDTH=${stream.peakBitsPerSecond + peakAudio}`,
    `AVERAGE-BANDWIDTH=${average}`,
    `CODECS="${[...codecs].join(',')}"`,
    isVideo && `RESOLUTION=${stream.widthPx}x${stream.heightPx}`,
    isVideo && stream.framesPerSecond && `FRAME-RATE=${stream.framesPerSecond.toFixed(3)}`,
    isVideo && audio.length > 0 && 'AUDIO="audio"',
  ]
    .filter(Boolean)
    .join(',')
}

/** One is enough for the small pictures over a timeline: the smallest. */
function iframeStreams(video: Stream[]): string[] {
  const rising = video.toSorted((a, b) => a.peakBitsPerSecond - b.peakBitsPerSecond)
  const smallest = rising.find((stream) => stream.iframeBitsPerSecond !== null)
  if (!smallest) return []
  const attributes = [
    `BANDWIDTH=${smallest.iframeBitsPerSecond}`,
    `CODECS="${smallest.codecs}"`,
    `RESOLUTION=${smallest.widthPx}x${smallest.heightPx}`,
    `URI="${smallest.uri.replace(mediaPlaylistName, iframePlaylistName)}"`,
  ]
  return [`#EXT-X-I-FRAME-STREAM-INF:${attributes.join(',')}`]
}

function audioGroup(audio: Stream[]): string[] {
  const names = new Set<string>()
  return audio.map((stream, index) => {
    const tag = languageTag(stream.language)
    const named = languageName(tag)
    const name = names.has(named) ? `${named} ${index + 1}` : named
    names.add(name)
    const attributes = [
      'TYPE=AUDIO',
      'GROUP-ID="audio"',
      tag && `LANGUAGE="${tag}"`,
      `NAME="${name}"`,
      `DEFAULT=${index === 0 ? 'YES' : 'NO'}`,
      'AUTOSELECT=YES',
      stream.channels && `CHANNELS="${stream.channels}"`,
      `URI="${stream.uri}"`,
    ]
    return `#EXT-X-MEDIA:${attributes.filter(Boolean).join(',')}`
  })
}

/** Files carry ISO 639-2 codes such as `ger`; playlists want RFC 5646, shortest form. */
function languageTag(language: string | null): string | undefined {
  if (!language || /^(und|mul|zxx|mis)$/i.test(language)) return undefined
  try {
    return Intl.getCanonicalLocales(bibliographic[language] ?? language)[0]
  } catch {
    return undefined
  }
}

/** ISO 639-2/B codes that files use and locales do not know. */
const bibliographic: Record<string, string> = {
  alb: 'sq',
  arm: 'hy',
  baq: 'eu',
  bur: 'my',
  chi: 'zh',
  cze: 'cs',
  dut: 'nl',
  fre: 'fr',
  geo: 'ka',
  ger: 'de',
  gre: 'el',
  ice: 'is',
  mac: 'mk',
  mao: 'mi',
  may: 'ms',
  per: 'fa',
  rum: 'ro',
  slo: 'sk',
  tib: 'bo',
  wel: 'cy',
}

/** In its own words, as a viewer looks for it. */
function languageName(tag: string | undefined): string {
  const name = tag && new Intl.DisplayNames([tag], { type: 'language' }).of(tag)
  return name && name !== tag ? name.replaceAll('"', '') : 'Audio'
}
