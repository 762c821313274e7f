import { gopSeconds } from '#contracts/ladder.ts'
import type { VideoPlan } from './ladder.ts'
import { framesAPlace } from './survey.ts'
import type { SurveyPlan } from './survey.ts'
import type { ContentFacts } from './title.ts'

interface Encoded {
  keyBytes: number
  otherBytes: number
  /** How alike the encode is to what it was made of. */
  ssim: number
}

/** What one look found. */
export interface Look {
  small: Encoded
  large: Encoded
  entropy: number
  likeness: Record<string, number>
}

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length

/** x264 says at its end how many frames of each kind it made, and their mean size. */
function readEncoded(lines: string[]): Encoded | null {
  const kinds = lines.flatMap((line) => {
    const [, kind, count, size] = /frame ([IPB]):(\d+) .*size: *(\d+)/.exec(line) ?? []
    return kind ? [{ kind, count: Number(count), bytes: Number(count) * Number(size) }] : []
  })
  const keys = kinds.filter(({ kind }) => kind === 'I')
  const others = kinds.filter(({ kind }) => kind !== 'I')
  const total = (list: typeof kinds, what: 'count' | 'bytes') =>
    list.reduce((sum, each) => sum + each[what], 0)
  const ssim = lines.flatMap((line) => /SSIM Mean Y:([\d.]+)/.exec(line)?.[1] ?? []).map(Number)[0]
  if (!ssim || !total(keys, 'count') || total(others, 'count') < framesAPlace / 3) return null
  return {
    ssim,
    keyBytes: total(keys, 'bytes') / total(keys, 'count'),
    otherBytes: total(others, 'bytes') / total(others, 'count'),
  }
}

/** Null where the place gave too little to judge by. */
export function readLook(lines: string[]): Look | null {
  // Each encoder has an address of its own in the log; they were opened in the outputs' order.
  const encoders = [...new Set(lines.flatMap((line) => /^\[libx264 @ \w+\]/.exec(line) ?? []))]
  const [small, large] = encoders.map((name) =>
    readEncoded(lines.filter((line) => line.startsWith(name))),
  )
  const shades = lines.flatMap((line) => {
    const [, value] = /normalized_entropy\.normal\.Y=([\d.]+)/.exec(line) ?? []
    return value ? [Number(value)] : []
  })
  if (!small || !large || !shades.length) return null
  const likeness = lines.flatMap((line) => {
    const [, name, value] = /^\[ssim@(\w+) @ .* Y:([\d.]+)/.exec(line) ?? []
    return name ? [[name, Number(value)] as const] : []
  })
  return { small, large, entropy: mean(shades), likeness: Object.fromEntries(likeness) }
}

/** All looks together; null where there are none. */
export function toFacts(
  looks: Look[],
  { small, large }: SurveyPlan,
  film: { framesPerSecond: number; sourceKbps: number; cpuSeconds: number },
): ContentFacts | null {
  if (!looks.length) return null
  const gopFrames = film.framesPerSecond * gopSeconds
  const kbps = ({ keyBytes, otherBytes }: Encoded) =>
    ((keyBytes + otherBytes * Math.max(0, gopFrames - 1)) * 8) / 1000 / gopSeconds
  const toProbe = ({ widthPx, heightPx }: VideoPlan, rates: number[]) => ({
    widthPx,
    heightPx,
    kbps: Math.round(mean(rates)),
    peakKbps: Math.round(Math.max(...rates)),
  })
  const names = Object.keys(looks[0]!.likeness)
  const worst = (name: string) => Math.min(...looks.map((look) => look.likeness[name] ?? 0))
  return {
    placeCount: looks.length,
    small: toProbe(
      small,
      looks.map((look) => kbps(look.small)),
    ),
    large: toProbe(
      large,
      looks.map((look) => kbps(look.large)),
    ),
    restlessness:
      mean(looks.map((look) => look.large.otherBytes)) /
      mean(looks.map((look) => look.large.keyBytes)),
    fidelity: mean(looks.map((look) => look.large.ssim)),
    entropy: mean(looks.map((look) => look.entropy)),
    likeness: Object.fromEntries(names.map((name) => [name, worst(name)])),
    sourceKbps: Math.round(film.sourceKbps),
    cpuSeconds: film.cpuSeconds,
  }
}
