import { toNumber, toText } from './rate.ts'
import type { Rate } from './rate.ts'
import type { PictureSource } from './source.ts'

/** Some of a film's frames: `endFrame` is one past the last. */
export interface FrameRange {
  firstFrame: number
  endFrame: number
}

/** The last picture of a file lasts as long as somebody guessed; so many frames may be made up. */
const guessedFrames = 2

const toFrames = (seconds: number, { num, den }: Rate): number =>
  Math.max(1, Math.round((seconds * num) / den))

/**
 * How many frames a film has at its rate: to the end of its pictures, or to the end of its sound
 * where that is more than two frames later. The filters below make exactly so many.
 */
export function countFrames({ endSeconds, rate }: PictureSource, durationSeconds: number): number {
  const missing = durationSeconds - endSeconds
  return toFrames(missing > 2 / toNumber(rate) ? durationSeconds : endSeconds, rate)
}

/** From the decoder to the film's own frames, all of them or a range; each has its number as pts. */
export function timingFilters(
  source: PictureSource,
  durationSeconds: number,
  range?: FrameRange,
  allowedFrames = guessedFrames,
): string[] {
  const frameCount = countFrames(source, durationSeconds)
  const { firstFrame, endFrame } = range ?? { firstFrame: 0, endFrame: frameCount }
  const shown = toFrames(source.endSeconds, source.rate)
  const isAtStart = firstFrame <= Math.ceil(source.startSeconds * toNumber(source.rate))
  const isAtEnd = endFrame > shown - allowedFrames
  const held = Math.max(0, endFrame - shown) + allowedFrames
  return [
    ...(source.isInterlaced ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
    // A late first picture is shown from 0 on; elsewhere one that is absent must be missed.
    `fps=fps=${toText(source.rate)}${isAtStart ? ':start_time=0' : ''}`,
    ...(isAtEnd ? [`tpad=stop_mode=clone:stop=${held}`] : []),
    `trim=${firstFrame > 0 ? `start_pts=${firstFrame}:` : ''}end_pts=${endFrame}`,
  ]
}
