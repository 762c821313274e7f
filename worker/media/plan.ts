/** Where a film is cut. Pure. */
import type { Slice } from './film.ts'

export const segmentSeconds = 6
/** A group of pictures that ends this little before its time ends the segment all the same. */
const slackSeconds = 0.5
const segmentBytes = 8 * 1024 * 1024
/** The first segment is short: the first picture waits for all of it. */
const firstSegmentSeconds = 2
const firstSegmentBytes = 2 * 1024 * 1024
/** A player holds a group of pictures while it looks for a place to start, and so does a cut. */
const maxGopSeconds = 20
const maxGopBytes = 24 * 1024 * 1024

/**
 * Does a segment end at the next key frame? Once it is 6 s long, or nearly, or has 8 MiB; the first
 * one (`number` 0) once it is 2 s long or has 2 MiB.
 */
export const isFull = (seconds: number, sizeBytes: number, number: number): boolean =>
  number === 0
    ? seconds >= firstSegmentSeconds - slackSeconds || sizeBytes >= firstSegmentBytes
    : seconds >= segmentSeconds - slackSeconds || sizeBytes >= segmentBytes

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

/** Slices side by side until they are a full segment; never more than 24 MiB together. */
export function groupSlices(slices: readonly Slice[]): Slice[] {
  const groups: Slice[] = []
  for (const slice of slices) {
    const group = groups.at(-1)
    if (!group || endsBefore(group, slice, groups.length - 1)) groups.push({ ...slice })
    else {
      group.lengthBytes += slice.lengthBytes
      group.endSeconds = slice.endSeconds
    }
  }
  return groups
}

const endsBefore = (group: Slice, next: Slice, number: number) =>
  isFull(group.endSeconds - group.startSeconds, group.lengthBytes, number) ||
  group.lengthBytes + next.lengthBytes > maxGopBytes
