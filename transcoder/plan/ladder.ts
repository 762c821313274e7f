import { z } from 'zod'
import { PictureCodec } from '#contracts/ladder.ts'
import type { Rung } from '#contracts/ladder.ts'

/** Fastest first: what x264 calls how hard it thinks. Slower ones than `medium` never pay here. */
export const x264Presets = [
  'ultrafast',
  'superfast',
  'veryfast',
  'faster',
  'fast',
  'medium',
] as const
export type X264Preset = (typeof x264Presets)[number]

/** One video rendition with its even size. A schema, for a plan is stored and sent to others. */
export const VideoPlan = z.object({
  name: z.string(),
  codec: PictureCodec,
  widthPx: z.int(),
  heightPx: z.int(),
  maxKbps: z.int().positive(),
  crf: z.number().min(0).max(51),
  preset: z.enum(x264Presets),
})
export type VideoPlan = z.infer<typeof VideoPlan>

/** Decoders of phones end at level 5.2: no side may be longer. */
const maxSidePx = 4096
/** x264 takes less, but nothing that small is a film. The only size that is ever scaled up. */
const minSidePx = 16

const even = (px: number): number => Math.max(minSidePx, Math.round(px / 2) * 2)
const evenBelow = (px: number): number => Math.max(minSidePx, Math.floor(px / 2) * 2)

/**
 * A rung at the source's own size. Bits follow size^1.6: the slope between the neighbours of the
 * default ladder lies between 1.4 and 1.7.
 */
function ownRung(shortSidePx: number, next: Rung): Rung {
  const share = (shortSidePx / next.shortSidePx) ** 1.6
  const maxKbps = Math.max(64, Math.round(next.maxKbps * share))
  return { name: `${shortSidePx}p`, shortSidePx, maxKbps, crf: next.crf }
}

/**
 * The rungs for a picture of this size as shown, sharpest first.
 * - A rung above the source's short side is left out: nothing is scaled up.
 * - A source more than 10 % above its highest rung, but below the ladder's top, adds a rung of its
 *   own size: 576 lines give 576p, 480p, 360p.
 * - A source below the lowest rung gets one rung of its own size.
 * - A picture too long for `maxSidePx` goes to rungs that fit, at worst to one that is fitted.
 */
export function planLadder(
  size: { widthPx: number; heightPx: number },
  ladder: Rung[],
): VideoPlan[] {
  const short = Math.min(size.widthPx, size.heightPx)
  const stretch = Math.max(size.widthPx, size.heightPx) / short
  const isPortrait = size.heightPx > size.widthPx
  const ownShort = evenBelow(Math.min(short, maxSidePx / stretch))

  const ownLong = evenBelow(Math.min(short * stretch, maxSidePx))
  const rungs = ladder.toSorted((a, b) => b.shortSidePx - a.shortSidePx)
  const kept = rungs.filter((rung) => rung.shortSidePx <= ownShort)
  const above = rungs.findLast((rung) => rung.shortSidePx > ownShort)
  const highest = kept[0]
  if (above && (!highest || ownShort > highest.shortSidePx * 1.1)) {
    kept.unshift(ownRung(ownShort, above))
  }

  return kept.map((rung) => {
    const sharp = even(rung.shortSidePx)
    const long = Math.min(ownLong, even(rung.shortSidePx * stretch))
    return {
      name: rung.name,
      codec: 'h264',
      widthPx: isPortrait ? sharp : long,
      heightPx: isPortrait ? long : sharp,
      maxKbps: rung.maxKbps,
      crf: rung.crf,
      preset: 'veryfast',
    }
  })
}
