/**
 * The index of a film as it is stored: 12 bytes that tell the length of the head, the head (summary,
 * initialisation segments, tables of segments), then one page a segment with its samples. Pages of
 * segments that begin together lie side by side, so one read fetches both.
 */
import { ByteReader, ByteWriter } from './bytes.ts'
import { type AudioTrack, MediaError, type SlicedFilm, type VideoTrack } from './film.ts'
import type { CutTrack, Segment } from './gather.ts'
import type { Settling } from './settle.ts'
import type { FilmSummary } from './summary.ts'

export type Kind = 'video' | 'audio'

/** So many first bytes of a stored index tell how long its head is. */
export const headPrefixBytes = 12

const magic = 0x4c4e_4d49 // LNMI
const version = 1

/** What parsing a slice needs besides its bytes. */
export interface Slicing {
  container: SlicedFilm['container']
  video: VideoTrack | null
  audio: AudioTrack | null
  head: Uint8Array
  clockOffsetSeconds: number
  settling: Settling | null
}

/** A track's segments in columns: 32 bytes each. */
export interface StoredTrack {
  /** Ticks a second. */
  timescale: number
  /** Ticks that are in the segments' times but not on the film's clock. */
  primingTicks: number
  init: Uint8Array
  count: number
  /** Ticks on the film's clock; the last one, behind them all, is the end. */
  starts: Float64Array
  sizes: Uint32Array
  froms: Float64Array
  extents: Uint32Array
  /** Of the page in the stored index. */
  pageOffsets: Float64Array
  pageBytes: Uint32Array
}

/** The head of a stored index. */
export interface FilmIndex {
  readonly summary: FilmSummary
  /** Of the file it was made from. */
  readonly sourceBytes: number
  readonly video: StoredTrack | null
  readonly audio: StoredTrack | null
  /** Null where every sample has its place in a page. */
  readonly slicing: Slicing | null
}

export interface IndexParts {
  summary: FilmSummary
  sourceBytes: number
  video: { cut: CutTrack; init: Uint8Array } | null
  audio: { cut: CutTrack; init: Uint8Array } | null
  slicing: Slicing | null
}

interface TrackJson {
  timescale: number
  primingTicks: number
  count: number
}

interface HeadJson {
  summary: FilmSummary
  sourceBytes: number
  video: TrackJson | null
  audio: TrackJson | null
  slicing: Omit<Slicing, 'head'> | null
}

export function writeIndex({
  summary,
  sourceBytes,
  video,
  audio,
  slicing,
}: IndexParts): Uint8Array {
  const out = new ByteWriter()
  const json: HeadJson = {
    summary,
    sourceBytes,
    video: video && toJson(video.cut),
    audio: audio && toJson(audio.cut),
    slicing,
  }
  out.blob(new TextEncoder().encode(JSON.stringify(json, configsAsLists)))
  if (video) writeTrack(out, video)
  if (audio) writeTrack(out, audio)
  if (slicing) out.blob(slicing.head)

  const head = out.join()
  const tracks = [video, audio].map((track) => track?.cut ?? null)
  const pages = orderPages(tracks.map((cut) => (cut ? toPageTimes(cut) : [])))
  const pagesBytes = tracks.reduce((sum, cut) => sum + (cut?.pages.length ?? 0), 0)
  const all = new Uint8Array(headPrefixBytes + head.length + pagesBytes)
  const prefix = new DataView(all.buffer)
  prefix.setUint32(0, magic)
  prefix.setUint32(4, version)
  prefix.setUint32(8, headPrefixBytes + head.length)
  all.set(head, headPrefixBytes)

  let at = headPrefixBytes + head.length
  const taken = [0, 0]
  for (const { track, bytes } of pages) {
    const start = taken[track]!
    all.set(tracks[track]!.pages.subarray(start, start + bytes), at)
    taken[track] = start + bytes
    at += bytes
  }
  return all
}

const toJson = ({ timescale, primingTicks, segments }: CutTrack): TrackJson => ({
  timescale,
  primingTicks,
  count: segments.length,
})

/** Configurations are short; the head of slices is not, and goes beside it. */
const configsAsLists = (key: string, value: unknown) => {
  if (key === 'head') return undefined
  return value instanceof Uint8Array ? Array.from(value) : value
}

const listsAsConfigs = (key: string, value: unknown) =>
  key === 'config' && Array.isArray(value) ? Uint8Array.from(value) : value

function writeTrack(out: ByteWriter, { cut, init }: { cut: CutTrack; init: Uint8Array }): void {
  const { segments } = cut
  const starts = startsOf(cut)
  const column = (pick: (segment: Segment, at: number) => number) => out.column(segments.map(pick))
  out.blob(init)
  column((_, at) => starts[at + 1]! - starts[at]!)
  column(({ sizeBytes }) => sizeBytes)
  column(({ from }, at) => from - (segments[at - 1]?.to ?? 0))
  column(({ from, to }) => to - from)
  column(({ pageBytes }) => pageBytes)
}

/** On the film's clock: the first segment is there from 0 on, whenever its first sample starts. */
const startsOf = ({ segments, primingTicks, end }: CutTrack): number[] => [
  0,
  ...segments.slice(1).map(({ start }) => Math.max(0, start - primingTicks)),
  Math.max(0, end - primingTicks),
]

/** How long each segment lasts on the film's clock. */
export function durationsOf(cut: CutTrack): number[] {
  const starts = startsOf(cut)
  return cut.segments.map((_, at) => (starts[at + 1]! - starts[at]!) / cut.timescale)
}

interface PageTime {
  seconds: number
  bytes: number
}

function toPageTimes(cut: CutTrack): PageTime[] {
  const starts = startsOf(cut)
  return cut.segments.map(({ pageBytes }, at) => ({
    seconds: starts[at]! / cut.timescale,
    bytes: pageBytes,
  }))
}

/** Pages of both tracks by their start; those of the first track come first. */
function orderPages(tracks: PageTime[][]): { track: number; at: number; bytes: number }[] {
  return tracks
    .flatMap((pages, track) => pages.map((page, at) => ({ ...page, track, at })))
    .toSorted((a, b) => a.seconds - b.seconds || a.track - b.track || a.at - b.at)
}

/** Of the head, prefix included. Throws `unknown_container` for what is no index of this version. */
export function headBytesOf(prefix: Uint8Array): number {
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength)
  if (prefix.length < headPrefixBytes || view.getUint32(0) !== magic) {
    throw new MediaError('unknown_container', 'This is no index of a film')
  }
  if (view.getUint32(4) !== version) {
    throw new MediaError('unknown_container', 'The index has another version')
  }
  return view.getUint32(8)
}

/** `bytes`: the head at least. Throws as `headBytesOf` does. */
export function readHead(bytes: Uint8Array): FilmIndex {
  const headBytes = headBytesOf(bytes)
  const reader = new ByteReader(bytes, headPrefixBytes)
  const text = new TextDecoder().decode(reader.blob())
  const json = JSON.parse(text, listsAsConfigs) as HeadJson
  const video = json.video && readTrack(reader, json.video)
  const audio = json.audio && readTrack(reader, json.audio)
  placePages([video, audio], headBytes)
  const slicing = json.slicing && { ...json.slicing, head: reader.blob() }
  return { summary: json.summary, sourceBytes: json.sourceBytes, video, audio, slicing }
}

function readTrack(reader: ByteReader, { timescale, primingTicks, count }: TrackJson): StoredTrack {
  const init = reader.blob()
  const durations = reader.column(count)
  const sizes = Uint32Array.from(reader.column(count))
  const gaps = reader.column(count)
  const extents = Uint32Array.from(reader.column(count))
  const pageBytes = Uint32Array.from(reader.column(count))
  const starts = new Float64Array(count + 1)
  const froms = new Float64Array(count)
  for (let at = 0; at < count; at++) {
    starts[at + 1] = starts[at]! + durations[at]!
    froms[at] = gaps[at]! + (at > 0 ? froms[at - 1]! + extents[at - 1]! : 0)
  }
  const pageOffsets = new Float64Array(count)
  return {
    timescale,
    primingTicks,
    init,
    count,
    starts,
    sizes,
    froms,
    extents,
    pageOffsets,
    pageBytes,
  }
}

function placePages(tracks: (StoredTrack | null)[], headBytes: number): void {
  const times = tracks.map((track) =>
    Array.from(track?.pageBytes ?? [], (bytes, at) => ({
      seconds: track!.starts[at]! / track!.timescale,
      bytes,
    })),
  )
  let offset = headBytes
  for (const { track, at, bytes } of orderPages(times)) {
    tracks[track]!.pageOffsets[at] = offset
    offset += bytes
  }
}
