import type { FilmSummary } from '#media/summary.ts'
import type { VideoRow } from '../video/table.ts'
import type { SourceRow } from './table.ts'

/** Segments can be cut out of it: of all of it, or of what has arrived. */
const isCut = (source: SourceRow): boolean =>
  source.state === 'playable' || source.state === 'arriving'

/** A source without sound that browsers play waits for its opening, lest it begin silent. */
const playsAlone = (source: SourceRow | null | undefined): boolean =>
  Boolean(source && isCut(source) && source.opening !== 'audio')

/** Is there anything to play now: the file itself, its opening, or a rendition of its encode? */
export const isPlayable = (
  video: Pick<VideoRow, 'encodeId' | 'openingId'>,
  source: SourceRow | null | undefined,
): boolean => video.encodeId !== null || video.openingId !== null || playsAlone(source)

/** Is the file itself among what plays? `encoded`: the renditions of a whole ladder. */
export function offersSource(
  source: SourceRow | null | undefined,
  encoded: (Picture & { kind: 'video' | 'audio' })[] | undefined,
): boolean {
  if (!source?.summary || !isCut(source)) return false
  if (!encoded) return true
  return keepsSource(
    source.summary,
    encoded.filter(({ kind }) => kind === 'video'),
  )
}

interface Picture {
  widthPx: number | null
  heightPx: number | null
  averageBitsPerSecond: number
}

const pixels = ({ widthPx, heightPx }: Pick<Picture, 'widthPx' | 'heightPx'>) =>
  (widthPx ?? 0) * (heightPx ?? 0)

/** Players fetch a whole segment before they show it, and switch at its end. */
const maxSegmentMs = 10_000
const maxBitsPerSecond = 20_000_000
/** Against the sharpest encode, for as many pixels. */
const maxExcess = 1.5
const maxPeak = 3

/**
 * Does the file itself stay on offer as the top rung once its ladder is complete? Where it is sane:
 * every browser plays it, upright as it is, in segments short enough to switch, at a steady rate
 * that is not far from what our own encode of so many pixels takes. All else is wasteful: it costs
 * viewers bits that they do not see.
 */
export function keepsSource({ video, verdict }: FilmSummary, encoded: Picture[]): boolean {
  const [top] = encoded.toSorted((a, b) => pixels(b) - pixels(a))
  if (!video || !top || verdict.reach !== 'all' || verdict.opening !== 'none') return false
  if (video.rotation !== 0 || video.isMirrored || video.longestSegmentMs > maxSegmentMs)
    return false
  const rate = video.averageBitsPerSecond
  const fair = top.averageBitsPerSecond * (pixels(video) / pixels(top))
  return (
    pixels(video) >= pixels(top) &&
    rate <= Math.min(maxBitsPerSecond, fair * maxExcess) &&
    video.peakBitsPerSecond <= rate * maxPeak
  )
}
