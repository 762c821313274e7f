import { segmentSeconds } from '#contracts/ladder.ts'
import type { PublishedRendition } from '#contracts/task.ts'
import type { EncodeRow, RenditionRow } from '../transcode/table.ts'

export const mediaPlaylistName = 'index.m3u8'
export const iframePlaylistName = 'iframes.m3u8'

const fileName = (key: string): string => key.slice(key.lastIndexOf('/') + 1)

type Segment = PublishedRendition['segments'][number]

/**
 * The VOD playlist that lies beside a rendition's segments (RFC 8216). Durations are written as
 * differences of rounded sums, so that their total is the media's to the microsecond.
 */
export const mediaPlaylist = (rendition: PublishedRendition): string =>
  writePlaylist(rendition, '#EXT-X-INDEPENDENT-SEGMENTS', () => [])

/**
 * The first picture of each segment, for scrubbing: byte ranges of the same files. Undefined where
 * a segment's picture was not measured. RFC 8216, 4.3.3.6
 */
export function iframePlaylist(rendition: PublishedRendition): string | undefined {
  if (iframeBits(rendition) === null) return undefined
  return writePlaylist(rendition, '#EXT-X-I-FRAMES-ONLY', ({ keyFrameBytes }) => [
    `#EXT-X-BYTERANGE:${keyFrameBytes}@0`,
  ])
}

function writePlaylist(
  { initKey, segments }: PublishedRendition,
  kind: string,
  tagsOf: (segment: Segment) => string[],
): string {
  const longest = segments.reduce((most, { durationSeconds }) => Math.max(most, durationSeconds), 0)
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    // Nearest integer, 4.3.3.1; one value for all renditions of a film, RFC 8216bis 6.2.4.
    `#EXT-X-TARGETDURATION:${Math.max(segmentSeconds, Math.round(longest))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    kind,
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
  return `${lines.join('\n')}\n#EXT-X-ENDLIST\n`
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

type Stream = Pick<
  RenditionRow,
  | 'name'
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
>

interface Master {
  encodeId: EncodeRow['id']
  attempt: number
  renditions: Stream[]
}

/**
 * The master playlist of one encode; addresses are relative to `/p/<token>/v/<videoId>/`. Sound is
 * a group of its own; a film without picture offers its sound as the variants.
 */
export function masterPlaylist({ encodeId, attempt, renditions }: Master): string {
  const uri = (stream: Stream) => `e/${encodeId}/a${attempt}/${stream.name}/${mediaPlaylistName}`
  const audio = renditions.filter(({ kind }) => kind === 'audio')
  const video = defaultFirst(renditions.filter(({ kind }) => kind === 'video'))
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS']
  if (video.length > 0) lines.push(...audioGroup(audio, uri))
  for (const stream of video.length > 0 ? video : defaultFirst(audio)) {
    lines.push(`#EXT-X-STREAM-INF:${variant(stream, audio)}`, uri(stream))
  }
  lines.push(
    ...iframeStreams(video, (stream) => uri(stream).replace(mediaPlaylistName, iframePlaylistName)),
  )
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
function iframeStreams(video: Stream[], uri: (stream: Stream) => string): string[] {
  const rising = video.toSorted((a, b) => a.peakBitsPerSecond - b.peakBitsPerSecond)
  const smallest = rising.find((stream) => stream.iframeBitsPerSecond !== null)
  if (!smallest) return []
  const attributes = [
    `BANDWIDTH=${smallest.iframeBitsPerSecond}`,
    `CODECS="${smallest.codecs}"`,
    `RESOLUTION=${smallest.widthPx}x${smallest.heightPx}`,
    `URI="${uri(smallest)}"`,
  ]
  return [`#EXT-X-I-FRAME-STREAM-INF:${attributes.join(',')}`]
}

function audioGroup(audio: Stream[], uri: (stream: Stream) => string): string[] {
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
      `URI="${uri(stream)}"`,
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
