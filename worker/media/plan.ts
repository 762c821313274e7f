/** Where a film is cut. Pure. */
import type { Slice } from './film.ts'

export const segmentSeconds = 6
/** A group of pictures that ends this little before its time ends the segment all the same. */
const slackSeconds = 0.5
/** So far a cut waits for a key frame that nothing before it needs. */
const closedReachSeconds = 12
const segmentBytes = 8 * 1024 * 1024
/** A player holds a group of pictures while it looks for a place to start, and so does a cut. */
const maxGopSeconds = 20
const maxGopBytes = 24 * 1024 * 1024

/** Pictures from one key frame to the next, in decoding order. */
export interface Gop {
  /** Earliest moment shown of its pictures, leading ones among them. */
  startSeconds: number
  /** Of everything in the film before it. */
  bytesBefore: number
  /** No picture of it is shown before its key frame, so none needs the group before. */
  isClosed: boolean
}

/**
 * How many groups from the front make a segment; 0 while that cannot be told. To be asked whenever
 * a group was added, and again after each cut.
 *
 * A segment ends once it is 6 s long or has 8 MiB. Players decode a segment alone after a jump, so
 * a closed group within reach is preferred; without one the first open group has to do.
 */
export function planCut(gops: readonly Gop[]): number {
  const last = gops.length - 1
  if (last < 1 || !isDue(gops, last)) return 0
  const isNear = isInReach(gops, last)
  if (isNear && gops[last]!.isClosed) return last
  return isNear ? 0 : planLastCut(gops)
}

/** The same when no group will follow: waiting for a closed one is over. */
export const planLastCut = (gops: readonly Gop[]): number =>
  Math.max(
    0,
    gops.findIndex((_, at) => isDue(gops, at)),
  )

const secondsTo = (gops: readonly Gop[], at: number) =>
  gops[at]!.startSeconds - gops[0]!.startSeconds
const bytesTo = (gops: readonly Gop[], at: number) => gops[at]!.bytesBefore - gops[0]!.bytesBefore

const isDue = (gops: readonly Gop[], at: number) =>
  at > 0 &&
  (secondsTo(gops, at) >= segmentSeconds - slackSeconds || bytesTo(gops, at) >= segmentBytes)

/** The first group that is due is always in reach, however long the one before it was. */
const isInReach = (gops: readonly Gop[], at: number) =>
  !isDue(gops, at - 1) ||
  (secondsTo(gops, at) <= closedReachSeconds && bytesTo(gops, at) <= 2 * segmentBytes)

/**
 * Where the sound is cut, in seconds, rising: with the picture as long as there is one, each 6 s
 * after its end and without one. `pictureStarts` are starts of segments, the first is 0.
 */
export function* soundBorders(
  pictureStarts: readonly number[],
  pictureEndSeconds: number,
): Generator<number, never> {
  yield* pictureStarts.slice(1)
  for (let at = pictureEndSeconds + segmentSeconds; ; at += segmentSeconds) yield at
}

/** Longer than may be played from the source: 20 s or 24 MiB. */
export const isLongGop = (seconds: number, sizeBytes: number): boolean =>
  seconds > maxGopSeconds || sizeBytes > maxGopBytes

/** Slices side by side until they are 6 s long or have 8 MiB; never more than 24 MiB together. */
export function groupSlices(slices: readonly Slice[]): Slice[] {
  const groups: Slice[] = []
  for (const slice of slices) {
    const group = groups.at(-1)
    if (!group || isFull(group, slice)) groups.push({ ...slice })
    else {
      group.lengthBytes += slice.lengthBytes
      group.endSeconds = slice.endSeconds
    }
  }
  return groups
}

const isFull = (group: Slice, next: Slice) =>
  group.endSeconds - group.startSeconds >= segmentSeconds - slackSeconds ||
  group.lengthBytes >= segmentBytes ||
  group.lengthBytes + next.lengthBytes > maxGopBytes
