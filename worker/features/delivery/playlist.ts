import { codecOf } from '#contracts/codec.ts'
import { segmentSeconds } from '#contracts/ladder.ts'
import type { PublishedRendition } from '#contracts/task.ts'
import type { RenditionRow } from '../transcode/table.ts'
import { languageTag, soundName } from './language.ts'

export const mediaPlaylistName = 'index.m3u8'
export const growingPlaylistName = 'live.m3u8'
export const iframePlaylistName = 'iframes.m3u8'

const fileName = (key: string): string => key.slice(key.lastIndexOf('/') + 1)

/** What a media playlist says of a rendition. */
interface Listed {
  initKey: string
  segments: { key: string; durationSeconds: number; keyFrameBytes?: number | undefined }[]
}
type Segment = Listed['segments'][number]

/**
 * The VOD playlist that lies beside a rendition's segments (RFC 8216). Durations are written as
 * differences of rounded sums, so that their total is the media's to the microsecond.
 */
export const mediaPlaylist = (rendition: Listed, toUri = fileName): string =>
  writePlaylist(rendition, { tags: [vod, '#EXT-X-INDEPENDENT-SEGMENTS'], toUri })

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
export function iframePlaylist(
  rendition: PublishedRendition,
  toUri = fileName,
): string | undefined {
  if (iframeBits(rendition) === null) return undefined
  return writePlaylist(rendition, {
    tags: [vod, '#EXT-X-I-FRAMES-ONLY'],
    toUri,
    tagsOf: ({ keyFrameBytes }) => [`#EXT-X-BYTERANGE:${keyFrameBytes}@0`],
  })
}

const vod = '#EXT-X-PLAYLIST-TYPE:VOD'

interface Writing {
  tags: string[]
  tagsOf?: (segment: Segment) => string[]
  /** From a key to what the playlist calls it: its last part, where both lie side by side. */
  toUri?: (key: string) => string
  minTargetSeconds?: number
  isOpen?: boolean
}

function writePlaylist(
  { initKey, segments }: Listed,
  {
    tags,
    tagsOf = () => [],
    toUri = fileName,
    minTargetSeconds = segmentSeconds,
    isOpen = false,
  }: Writing,
): string {
  const longest = segments.reduce((most, { durationSeconds }) => Math.max(most, durationSeconds), 0)
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    // Nearest integer, 4.3.3.1; one value for all renditions of a film, RFC 8216bis 6.2.4.
    `#EXT-X-TARGETDURATION:${Math.max(minTargetSeconds, Math.round(longest))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    ...tags,
    `#EXT-X-MAP:URI="${toUri(initKey)}"`,
  ]
  let endSeconds = 0
  let endMicros = 0
  for (const segment of segments) {
    endSeconds += segment.durationSeconds
    const micros = Math.round(endSeconds * 1e6) - endMicros
    endMicros += micros
    lines.push(`#EXTINF:${(micros / 1e6).toFixed(6)},`, ...tagsOf(segment), toUri(segment.key))
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
  | 'label'
  | 'track'
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
  const groups = soundGroups(audio)
  if (video.length === 0) {
    lines.push(...soundAlone(groups[0]))
    return `${lines.join('\n')}\n`
  }
  lines.push(...groups.flatMap(toMedia))
  for (const sound of groups.length > 0 ? groups : [undefined]) {
    for (const stream of video) {
      lines.push(`#EXT-X-STREAM-INF:${variant(stream, sound)}`, stream.uri)
    }
  }
  lines.push(...iframeStreams(video))
  return `${lines.join('\n')}\n`
}

/**
 * Players begin with the first variant or take its rate as their first guess: Apple asks for the
 * one near 2 Mbit/s (HLS authoring specification, 9.13). The others follow, lowest first; other
 * codecs after H.264, for some players look no further than the first that they know.
 */
function defaultFirst(streams: Stream[]): Stream[] {
  const rising = streams.toSorted((a, b) => a.peakBitsPerSecond - b.peakBitsPerSecond)
  const plain = rising.filter(isPlain)
  const common = plain.length > 0 ? plain : rising
  const first = common.findLast((stream) => stream.averageBitsPerSecond <= 2_000_000) ?? common[0]
  const others = rising.filter((stream) => stream !== first)
  return first ? [first, ...others.filter(isPlain), ...others.filter((one) => !isPlain(one))] : []
}

/** Every player has H.264. */
const isPlain = ({ codecs }: Stream): boolean => codecOf(codecs) === 'h264'

/** `sound`: the group that goes with it; undefined for a film without sound, and for sound alone. */
function variant(stream: Stream, sound?: SoundGroup): string {
  const heard = sound ? [sound.streams[0]!] : []
  const codecs = new Set([stream, ...(sound?.streams ?? [])].map((s) => s.codecs))
  const peakAudio = Math.max(0, ...(sound?.streams ?? []).map((s) => s.peakBitsPerSecond))
  const average = [stream, ...heard].reduce((sum, s) => sum + s.averageBitsPerSecond, 0)
  const isVideo = stream.kind === 'video'
  return [
    `BANDWIDTH=${stream.peakBitsPerSecond + peakAudio}`,
    `AVERAGE-BANDWIDTH=${average}`,
    `CODECS="${[...codecs].join(',')}"`,
    isVideo && `RESOLUTION=${stream.widthPx}x${stream.heightPx}`,
    isVideo && stream.framesPerSecond && `FRAME-RATE=${stream.framesPerSecond.toFixed(3)}`,
    sound && `AUDIO="${sound.id}"`,
  ]
    .filter(Boolean)
    .join(',')
}

/** One is enough for the small pictures over a timeline: the smallest. */
function iframeStreams(video: Stream[]): string[] {
  const rising = video.toSorted((a, b) => a.peakBitsPerSecond - b.peakBitsPerSecond)
  const known = rising.filter((stream) => stream.iframeBitsPerSecond !== null)
  const smallest = known.find(isPlain) ?? known[0]
  if (!smallest) return []
  const attributes = [
    `BANDWIDTH=${smallest.iframeBitsPerSecond}`,
    `CODECS="${smallest.codecs}"`,
    `RESOLUTION=${smallest.widthPx}x${smallest.heightPx}`,
    `URI="${smallest.uri.replace(mediaPlaylistName, iframePlaylistName)}"`,
  ]
  return [`#EXT-X-I-FRAME-STREAM-INF:${attributes.join(',')}`]
}

/** Other tracks are choices beside the first, never steps of quality. */
function soundAlone(group: SoundGroup | undefined): string[] {
  const [first, ...others] = group?.streams ?? []
  if (!group || !first) return []
  const choices = others.length > 0 ? group : undefined
  const media = choices ? toMedia(choices) : []
  return [...media, `#EXT-X-STREAM-INF:${variant(first, choices)}`, first.uri]
}

interface SoundGroup {
  id: 'audio' | 'surround'
  streams: Stream[]
}

const isSurround = ({ channels }: Stream) => (channels ?? 2) > 2

/**
 * Stereo for every player, and a second group for those that ask for more: its tracks in 5.1, or in
 * stereo where a track has no more. HLS authoring specification, 2.7 and 9.16
 */
function soundGroups(audio: Stream[]): SoundGroup[] {
  const tracks = audio.toSorted((a, b) => (a.track ?? 0) - (b.track ?? 0))
  const stereo = tracks.filter((stream) => !isSurround(stream))
  const full = tracks.filter(isSurround)
  const fullest = stereo.map((one) => full.find(({ track }) => track === one.track) ?? one)
  const groups: SoundGroup[] = [
    { id: 'audio', streams: stereo.length > 0 ? stereo : full },
    { id: 'surround', streams: stereo.length > 0 && full.length > 0 ? fullest : [] },
  ]
  return groups.filter(({ streams }) => streams.length > 0)
}

function toMedia({ id, streams }: SoundGroup): string[] {
  const names = new Set<string>()
  return streams.map((stream, index) => {
    const tag = languageTag(stream.language)
    const named = soundName(stream) ?? 'Audio'
    const name = names.has(named) ? `${named} ${index + 1}` : named
    names.add(name)
    const attributes = [
      'TYPE=AUDIO',
      `GROUP-ID="${id}"`,
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
