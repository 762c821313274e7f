interface Segment {
  durationSeconds: number
  sizeBytes: number
}

const bitsOf = (segments: Segment[]) => segments.reduce((sum, s) => sum + s.sizeBytes * 8, 0)
const secondsOf = (segments: Segment[]) => segments.reduce((sum, s) => sum + s.durationSeconds, 0)
const rateOf = (segments: Segment[]) => Math.ceil(bitsOf(segments) / secondsOf(segments))

/**
 * Bits a second: the mean, and the peak over any run of segments that lasts 0.5 to 1.5 target
 * durations, so that a short last segment does not count as a storm. RFC 8216, 4.3.4.2
 */
export function measureBits(segments: Segment[]): {
  peakBitsPerSecond: number
  averageBitsPerSecond: number
} {
  const target = Math.round(Math.max(...segments.map((segment) => segment.durationSeconds))) || 1
  const average = rateOf(segments)
  let peak = average
  for (let first = 0; first < segments.length; first++) {
    for (let last = first + 1; last <= segments.length; last++) {
      const run = segments.slice(first, last)
      if (secondsOf(run) > target * 1.5) break
      if (secondsOf(run) >= target * 0.5) peak = Math.max(peak, rateOf(run))
    }
  }
  return { peakBitsPerSecond: peak, averageBitsPerSecond: average }
}
