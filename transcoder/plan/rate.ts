/** Frames a second as a fraction: 30000/1001 has no exact decimal. */
export interface Rate {
  num: number
  den: number
}

export const toNumber = (rate: Rate): number => rate.num / rate.den
export const toText = (rate: Rate): string =>
  rate.den === 1 ? `${rate.num}` : `${rate.num}/${rate.den}`

const known: Rate[] = [
  { num: 24000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30000, den: 1001 },
  { num: 30, den: 1 },
  { num: 48, den: 1 },
  { num: 50, den: 1 },
  { num: 60000, den: 1001 },
  { num: 60, den: 1 },
]

export interface FrameTimes {
  /** Presentation times in seconds, any order; a sample from the start of the film will do. */
  ptsSeconds: number[]
  /** What the container claims, if it claims anything sane. */
  declared: Rate | null
  isInterlaced: boolean
}

const distance = (rate: Rate, value: number): number => Math.abs(toNumber(rate) / value - 1)

/** The known rate next to `value`, when it lies within 1 %. A claim of the container wins ties. */
function snap(value: number, declared: Rate | null): Rate | null {
  const claim = declared && known.find((rate) => distance(rate, toNumber(declared)) < 0.0002)
  if (claim && distance(claim, value) < 0.003) return claim
  const [nearest] = known.toSorted((a, b) => distance(a, value) - distance(b, value))
  return nearest && distance(nearest, value) < 0.01 ? nearest : null
}

/** The highest rate allowed that takes every n-th picture of the source: 240 → 60, 100 → 50. */
function capOf(base: number): Rate {
  const offBeat = (rate: Rate) =>
    Math.abs(base / toNumber(rate) - Math.round(base / toNumber(rate)))
  const caps = [
    { num: 60, den: 1 },
    { num: 60000, den: 1001 },
    { num: 50, den: 1 },
  ]
  return caps.reduce((best, rate) => (offBeat(rate) < offBeat(best) - 0.0001 ? rate : best))
}

/**
 * One constant rate for the whole ladder: the source's own where it is steady, 30 or 60 where it
 * wobbles; never above 60 (50 for multiples of 50), never below 1.
 */
export function planRate({ ptsSeconds, declared, isInterlaced }: FrameTimes): Rate {
  const pts = ptsSeconds.toSorted((a, b) => a - b)
  const gaps = pts
    .map((time, i) => time - (pts[i - 1] ?? time))
    .filter((gap) => gap > 0.0005)
    .toSorted((a, b) => a - b)
  const median = gaps[Math.floor(gaps.length / 2)]
  if (median === undefined) return { num: 25, den: 1 }

  // Containers with a clock of 1 ms write 33, 33, 34: near the middle is as good as equal.
  const steady = gaps.filter((gap) => gap > median * 0.75 && gap < median * 1.25)
  const mean = steady.reduce((sum, gap) => sum + gap, 0) / steady.length
  const isSteady = steady.length >= gaps.length * 0.9
  const fields = isInterlaced && 1 / mean > 31 ? 2 : 1 // packets of single fields
  const base = 1 / mean / fields

  if (!isSteady) {
    const average = gaps.length / (pts.at(-1)! - pts[0]!)
    return { num: average > 31 ? 60 : 30, den: 1 }
  }
  if (base > 61) return capOf(base)
  const rate = snap(base, declared)
  if (rate) return rate
  const isClaimed = declared && [1, 1000, 1001].includes(declared.den)
  if (isClaimed && base >= 1 && distance(declared, base) < 0.003) return declared
  if (base < 1) return { num: 1, den: 1 }
  return { num: Math.min(60_000, Math.round(base * 1000)), den: 1000 }
}
