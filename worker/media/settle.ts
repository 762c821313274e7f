import type { Sample } from './film.ts'

/** Beyond this much to decode and hide, a start costs more than a new encode of it would. */
export const maxHiddenPictures = 1800
const hiddenSecondsPerTick = 2000

/** How the times of a film's pictures are brought to a clock that has nothing before 0. */
export interface Settling {
  /** Ticks a second of the settled times: the track's, or a multiple of it. */
  timescale: number
  factor: number
  /** Times below 0 of pictures that an edit hides, rising. */
  hidden: number[]
  /** When the first picture is shown, on the track's own clock. */
  firstShown: number
}

type Timed = Pick<Sample, 'pts' | 'duration' | 'isSync'>

/**
 * An edit may begin in the midst of a group of pictures: those before it are decoded but not
 * shown. Players drop pictures that lie before 0, and with them the rest of their group. So they
 * are squeezed into the first ticks from 0 on, in their order, and the first picture that is shown
 * stands right after them, less than half a millisecond late. Where ticks are too coarse for that
 * the whole track gets finer ones. A film whose picture begins after its sound shows the first one
 * from 0 on, since players wait at holes.
 *
 * Reads as far as the second place where decoding can begin after 0.
 */
export function planSettling(timescale: number, samples: Iterable<Readonly<Timed>>): Settling {
  const hidden: number[] = []
  let first = { pts: Infinity, duration: 0 }
  let keyFrames = 0
  for (const { pts, duration, isSync } of samples) {
    if (pts >= 0 && isSync && ++keyFrames > 1) break
    if (pts < 0) hidden.push(pts)
    else if (pts < first.pts) first = { pts, duration }
    if (hidden.length > maxHiddenPictures) break
  }
  const factor = Math.max(
    1,
    Math.ceil((hidden.length * 2) / Math.max(1, first.duration)),
    Math.ceil((hidden.length * hiddenSecondsPerTick) / timescale),
  )
  hidden.sort((a, b) => a - b)
  return { timescale: timescale * factor, factor, hidden, firstShown: first.pts }
}

/** A time of the track on the settled clock; never below 0. */
export function settle({ hidden, factor, firstShown }: Settling, pts: number): number {
  if (pts < 0) return Math.max(0, hidden.indexOf(pts))
  return pts === firstShown ? hidden.length : Math.max(pts * factor, hidden.length)
}
