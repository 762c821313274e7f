import type { Source } from './source.ts'

/** Less is not worth moving a clock for. */
const negligibleSeconds = 0.0005

/** What a single pass adds to the file's times once they begin at 0. */
export const clockOffsetOf = ({ clockOffsetSeconds }: Source): number =>
  Math.abs(clockOffsetSeconds) > negligibleSeconds ? clockOffsetSeconds : 0

/**
 * Before `-i`: the film begins at 0, or `aheadSeconds` later. A broadcast begins for ffmpeg 5 with
 * its first track, for later versions with the first of those in use: its own times are taken.
 */
export function clockOptions(source: Source, aheadSeconds = 0): string[] {
  const { absoluteOffsetSeconds: absolute = null } = source
  if (absolute !== null) return ['-copyts', '-itsoffset', (absolute + aheadSeconds).toFixed(6)]
  const offset = clockOffsetOf(source) + aheadSeconds
  return offset ? ['-itsoffset', offset.toFixed(6)] : []
}
