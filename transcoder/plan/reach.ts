import type { ChunkRecipe } from './chunk.ts'
import { toNumber } from './rate.ts'
import type { FrameRange } from './timing.ts'

/** How much of the source is read for some frames, in seconds of the film. */
export interface Reach {
  fromSeconds: number
  /** Infinity: to the end. */
  toSeconds: number
  preRollSeconds: number
  /** So many frames may be made up at the film's end. */
  allowedFrames?: number
}

/** Before the key picture, and after the last frame: B-frames and short holes. */
const rolls = [
  { pre: 0, post: 1 },
  { pre: 6, post: 6 },
  { pre: 30, post: 30 },
]
/** A deinterlacer looks at the frame before. */
const fieldFrames = 2
/** As much as a single pass may be short of. */
const missingShare = 0.02

/**
 * What to read, the least first. Most pieces are exact at once; pictures that refer to others
 * across a key picture, and holes, need more. The last one reads the whole film as a single pass
 * does, and holds what a damaged end leaves out.
 */
export function listReaches(recipe: ChunkRecipe, range: FrameRange): Reach[] {
  const { picture, durationSeconds } = recipe
  const rate = toNumber(picture.rate)
  const before = picture.isInterlaced ? fieldFrames : 0
  const lastSeconds = picture.endSeconds - 1 / rate
  const fromSeconds = Math.min((range.firstFrame - before) / rate, lastSeconds)
  const toSeconds = range.endFrame / rate
  const allowedFrames = Math.ceil(Math.max(0.2, durationSeconds * missingShare) * rate)
  return [
    ...rolls.map(({ pre, post }) => ({
      ...{ fromSeconds, toSeconds: toSeconds + post, preRollSeconds: pre },
    })),
    { fromSeconds: 0, toSeconds: Infinity, preRollSeconds: 0, allowedFrames },
  ]
}
