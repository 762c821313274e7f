import { MediaError } from '../film.ts'
import { readBoxHeader } from '../mp4/box.ts'
import type { Window } from '../slice/window.ts'
import type { Head } from './head.ts'
import { readMoof } from './moof.ts'

/** A fragment by what its `moof` says of the track by which the film is cut. */
export interface Fragment {
  offset: number
  /** Earliest moment shown, edits applied; null where it has nothing of the track. */
  seconds: number | null
  /** Its first sample is one where decoding can begin. */
  isStart: boolean
  /** Its time can be told without what comes before. */
  hasTime: boolean
}

const maxMoofBytes = 4 * 1024 * 1024

/** `ends`: of each track before. Null where no `moof` begins. Throws `damaged` and `too_costly`. */
export async function lookAtFragment(
  window: Window,
  offset: number,
  { video, audio, defaults }: Head,
  ends = new Map<number, number>(),
): Promise<Fragment | null> {
  const header = readBoxHeader(await window.at(offset, 16), 0)
  if (header?.type !== 'moof') return null
  if (header.sizeBytes > maxMoofBytes) throw new MediaError('too_costly', 'A fragment too large')
  const moof = await window.at(offset, header.sizeBytes)
  const track = (video ?? audio)!
  const runs = readMoof(moof.subarray(header.headerBytes), defaults, ends)
  if (runs.some(({ explicitBase }) => explicitBase !== null && explicitBase !== offset)) {
    throw new MediaError('damaged', 'A fragment has its data elsewhere')
  }
  const own = runs.filter(({ trackId }) => trackId === track.id)
  const samples = own.flatMap((run) => run.samples)
  const earliest = samples.reduce((time, { pts }) => Math.min(time, pts), Infinity)
  return {
    offset,
    seconds: samples.length ? (earliest + track.shift) / track.timescale : null,
    hasTime: own.every((run) => run.hasTime),
    isStart: samples[0]?.isSync === true || (samples.length > 0 && !video),
  }
}
