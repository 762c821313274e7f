import { MediaError } from '../film.ts'
import { elementsOf, findElement, ids, readUint, writeElementHeader } from './ebml.ts'
import type { Layout } from './layout.ts'
import { readTracks } from './track.ts'
import type { TrackEntry } from './track.ts'

/** The start of a Matroska file with the chosen tracks only, and how its times are counted. */
export interface Head {
  timing: Timing
  video: TrackEntry | null
  audio: TrackEntry | null
}

/** Segments count in whole nanoseconds a tick; tracks in whole ticks a second. */
export interface Timing {
  timestampScaleNs: number
  timescale: number
}

const maxTimescale = 1_000_000
const maxHeadBytes = 256 * 1024

export function toTiming(timestampScaleNs: number): Timing {
  const exact = 1e9 / timestampScaleNs
  const isExact = Number.isInteger(exact) && exact <= maxTimescale
  return { timestampScaleNs, timescale: isExact ? exact : maxTimescale }
}

/** Nanoseconds to ticks of the track. */
export const toTicks = (ns: number, { timescale }: Timing): number =>
  Math.round((ns / 1e9) * timescale)

/**
 * Default tracks first, then the larger picture or the fuller sound, then the order of the file.
 * Throws `no_tracks`.
 */
export function chooseTracks(tracks: TrackEntry[]): Pick<Head, 'video' | 'audio'> {
  const best = (type: number, weight: (track: TrackEntry) => number) =>
    tracks
      .filter((track) => track.type === type && track.isEnabled)
      .toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault) || weight(b) - weight(a))[0] ??
    null
  const video = best(1, ({ video }) => (video ? video.widthPx * video.heightPx : 0))
  const audio = best(2, ({ audio }) => audio?.channels ?? 0)
  if (!video && !audio) throw new MediaError('no_tracks', 'Neither picture nor sound')
  return { video, audio }
}

/** A file without end: its clusters can be any of the source's. Throws `too_costly`. */
export function writeHead(layout: Layout, tracks: (TrackEntry | null)[]): Uint8Array {
  const entries = tracks.flatMap((track) => (track ? [track.bytes] : []))
  const entriesBytes = entries.reduce((sum, entry) => sum + entry.length, 0)
  const scale = new Uint8Array(8)
  new DataView(scale.buffer).setBigUint64(0, BigInt(layout.timestampScaleNs))
  const scaleHeader = writeElementHeader(ids.timestampScale, scale.length)
  const parts = [
    layout.ebml,
    writeElementHeader(ids.segment, null),
    writeElementHeader(ids.info, scaleHeader.length + scale.length),
    scaleHeader,
    scale,
    writeElementHeader(ids.tracks, entriesBytes),
    ...entries,
  ]
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  if (size > maxHeadBytes) throw new MediaError('too_costly', 'The tracks take too much room')
  const head = new Uint8Array(size)
  parts.reduce((at, part) => (head.set(part, at), at + part.length), 0)
  return head
}

/** Reads what `writeHead` wrote. */
export function readHead(head: Uint8Array): Head {
  const [ebml] = elementsOf(head)
  const segment = head.subarray((ebml?.bytes.length ?? 0) + segmentHeaderBytes)
  const info = findElement(segment, ids.info)
  const tracks = findElement(segment, ids.tracks)
  const scale = info && findElement(info, ids.timestampScale)
  if (!tracks || !scale) throw new MediaError('damaged', 'This is no head of a Matroska film')
  const entries = readTracks(tracks)
  return {
    timing: toTiming(readUint(scale)),
    video: entries.find(({ type }) => type === 1) ?? null,
    audio: entries.find(({ type }) => type === 2) ?? null,
  }
}

const segmentHeaderBytes = writeElementHeader(ids.segment, null).length
