/** What a stored index tells of its segments. */
import type { FilmIndex, Kind, StoredTrack } from './store.ts'

/** One segment, and the bytes of the source from `from` to before `to` that it needs. */
export interface SegmentPlace {
  durationSeconds: number
  sizeBytes: number
  from: number
  to: number
}

/** Throws RangeError for a kind that the film does not have. */
export function trackOf(index: FilmIndex, kind: Kind): StoredTrack {
  const track = index[kind]
  if (!track) throw new RangeError(`The film has no ${kind} to be cut`)
  return track
}

export const initSegment = (index: FilmIndex, kind: Kind): Uint8Array => trackOf(index, kind).init

/** 0 where the film has none of the kind. */
export const segmentCount = (index: FilmIndex, kind: Kind): number => index[kind]?.count ?? 0

export function listSegments(index: FilmIndex, kind: Kind): SegmentPlace[] {
  const track = index[kind]
  if (!track) return []
  const { starts, sizes, timescale } = track
  return Array.from(sizes, (sizeBytes, at) => ({
    durationSeconds: (starts[at + 1]! - starts[at]!) / timescale,
    sizeBytes,
    ...extentOf(track, at),
  }))
}

export function extentOf({ froms, extents }: StoredTrack, number: number) {
  const from = froms[number]!
  return { from, to: from + extents[number]! }
}
