import { z } from 'zod'
import { VideoPlan } from './ladder.ts'
import type { X264Preset } from './ladder.ts'

const Probe = z.object({
  widthPx: z.int(),
  heightPx: z.int(),
  /** Of a long encode by these pictures, at `probeCrf` and `veryfast`. */
  kbps: z.number(),
  /** Of the busiest place. */
  peakKbps: z.number(),
})

/** What was measured of a film at a few places; see `run/survey.ts`. */
export const ContentFacts = z.object({
  placeCount: z.int(),
  /** Two encodes of small pictures tell how bits grow with size. */
  small: Probe,
  large: Probe,
  /** Bytes of a picture that is told by others, for one of a key frame: 0 at rest, 1 in chaos. */
  restlessness: z.number(),
  /** How alike an encode at `probeCrf` is to the film: SSIM. */
  fidelity: z.number(),
  /** Of the brightness, 0 to 1: a window of text has few shades, a picture from life many. */
  entropy: z.number(),
  /** How alike the sharpest rung is when it went down to that size and up again: SSIM, worst place. */
  likeness: z.record(z.string(), z.number()),
  /** All of the file's bits. */
  sourceKbps: z.number(),
  /** What it took to find out. */
  cpuSeconds: z.number(),
})
export type ContentFacts = z.infer<typeof ContentFacts>

/** What was chosen for a film, as it is stored: a rendition made again fits the others. */
export const TitleChoice = z.object({ rungs: z.array(VideoPlan).min(1) })
export type TitleChoice = z.infer<typeof TitleChoice>

export const probeCrf = 23
/** For the size of the source, against `veryfast` at the same pixels, as measured. */
const presetCost: Record<X264Preset, number> = {
  ...{ ultrafast: 0.5, superfast: 0.7, veryfast: 1, faster: 1.85, fast: 2.2, medium: 2.6 },
}
/** The whole ladder may cost so much of the same ladder in `veryfast`. */
const maxCost = 1.35
/** The busiest place that was looked at is not the busiest of the film; one place says little. */
const peakMargin = ({ placeCount }: ContentFacts): number => (placeCount < 3 ? 3 : 1.5)
/** Decoding and scaling, as a share of the encodes in `veryfast`. */
const sharedCost = 0.25

const shortSide = (rung: VideoPlan) => Math.min(rung.widthPx, rung.heightPx)
const pixels = (size: { widthPx: number; heightPx: number }) => size.widthPx * size.heightPx

/** Few shades and hardly a change: windows, slides, text. */
export const isScreen = (facts: ContentFacts): boolean =>
  facts.entropy < 0.6 && facts.restlessness < 0.1
/** Drawn or soft: the encoder leaves nothing out that one could see. */
const isPlain = (facts: ContentFacts): boolean => !isScreen(facts) && facts.fidelity >= 0.99
/** So much that is new in each picture is grain, rain or confetti: it hides what is lost. */
const isChaos = (facts: ContentFacts): boolean => facts.restlessness > 0.6

/** Bits of a rung at `probeCrf`. They grow with size by a power that lies between 0.3 and 1. */
export function predictKbps(
  size: { widthPx: number; heightPx: number },
  { small, large }: ContentFacts,
  what: 'kbps' | 'peakKbps' = 'kbps',
): number {
  const growth = pixels(large) / pixels(small)
  const measured = growth > 1.2 ? Math.log(large.kbps / small.kbps) / Math.log(growth) : 0.75
  const power = Math.min(1, Math.max(0.3, measured))
  return large[what] * (pixels(size) / pixels(large)) ** power
}

function alikeEnough(top: VideoPlan, facts: ContentFacts): number {
  if (isScreen(facts)) return 0.9995 // a line of small text is little of a picture
  return shortSide(top) > 1080 ? 0.995 : 0.998
}

/** Rungs above 720p go while the next one, scaled up, cannot be told from them. */
function dropHollow(rungs: VideoPlan[], facts: ContentFacts): VideoPlan[] {
  const [top, next] = rungs
  if (!top || !next || shortSide(top) <= 720) return rungs
  const isHollow = (facts.likeness[next.name] ?? 0) >= alikeEnough(top, facts)
  return isHollow ? dropHollow(rungs.slice(1), facts) : rungs
}

/** Between the sharpest and the lowest, a rung must save bits that somebody would miss. */
function dropNear(rungs: VideoPlan[], facts: ContentFacts): VideoPlan[] {
  const lowest = rungs.at(-1)
  const kept: VideoPlan[] = []
  for (const rung of rungs) {
    const above = kept.at(-1)
    if (!above || rung === lowest) kept.push(rung)
    else {
      const isUnreadable = isScreen(facts) && shortSide(rung) < 720
      const isFew =
        predictKbps(above, facts, 'peakKbps') * peakMargin(facts) <= (lowest?.maxKbps ?? 0)
      const isNear = predictKbps(above, facts) <= predictKbps(rung, facts) * 1.5
      if (!isUnreadable && !isFew && !isNear) kept.push(rung)
    }
  }
  return kept
}

/** Step by step to slower presets, each from the lowest rung up: there it costs least. */
function spendTime(rungs: VideoPlan[]): VideoPlan[] {
  const base = rungs.reduce((sum, rung) => sum + pixels(rung), 0)
  let left = base * (1 + sharedCost) * (maxCost - 1)
  const spent = rungs.toReversed().map((rung) => ({ ...rung }))
  for (const preset of ['faster', 'fast', 'medium'] as const) {
    for (const rung of spent) {
      const cost = pixels(rung) * (presetCost[preset] - presetCost[rung.preset])
      if (cost > left) break
      left -= cost
      rung.preset = preset
    }
  }
  return spent.toReversed()
}

function fitCap(rung: VideoPlan, facts: ContentFacts): number {
  const needed = predictKbps(rung, facts, 'peakKbps') * peakMargin(facts)
  const useful = Math.max(100, facts.sourceKbps * 2)
  return Math.round(Math.min(rung.maxKbps, useful, Math.max(rung.maxKbps * 0.4, needed)))
}

function crfShift(rung: VideoPlan, facts: ContentFacts): number {
  if (isScreen(facts)) return shortSide(rung) >= 720 ? -2 : 0
  if (isChaos(facts)) return 2
  return isPlain(facts) && shortSide(rung) >= 1080 ? 2 : 0
}

/**
 * The rungs that a film gets, sharpest first, from all that its size allows.
 *
 * | what | rule |
 * |---|---|
 * | top | above 720p it goes while the next one, scaled up, cannot be told from it at the worst place: SSIM ≥ 0.995 above 1080p, ≥ 0.998 at it, ≥ 0.9995 of a screen |
 * | middle | goes where the one above takes at most 1.5 × its bits, or so few that whoever can play the lowest rung's cap can play it; of a screen what is below 720p: text is unreadable there |
 * | lowest | stays, for poor networks |
 * | preset | `faster` from the lowest rung up, then `fast`, then `medium`, while the ladder's CPU stays ≤ 1.35 × `veryfast` |
 * | CRF | the rung's; −2 for screens from 720p up (few bits, fine text), +2 for chaos, +2 from 1080p up where the picture is plain; +1 with a slower preset, which then shows as much |
 * | cap | 1.5 × what the busiest place takes (3 × where there were one or two), at least 0.4 × the rung's, at most the rung's and twice the bits of the source |
 *
 * Without facts every rung stays, with its cap; the presets are chosen all the same.
 */
export function chooseLadder(candidates: VideoPlan[], facts: ContentFacts | null): VideoPlan[] {
  const rungs = candidates.toSorted((a, b) => pixels(b) - pixels(a))
  const kept = facts ? dropNear(dropHollow(rungs, facts), facts) : rungs
  return spendTime(kept).map((rung) => ({
    ...rung,
    maxKbps: facts ? fitCap(rung, facts) : rung.maxKbps,
    crf: rung.crf + (facts ? crfShift(rung, facts) : 0) + (rung.preset === 'veryfast' ? 0 : 1),
  }))
}
