import { scaleToTop } from './colour.ts'
import type { VideoPlan } from './ladder.ts'
import type { PictureSource } from './source.ts'

/**
 * `-filter_complex` text: one decode, then a cascade in which every rung is scaled from the one
 * above, as the short way costs a third of scaling each from the source. Outputs `[v0]`, `[v1]`, …
 * `timing`: the filters that choose the frames.
 * https://ffmpeg.org/ffmpeg-filters.html#zscale-1
 */
export function planPictures(
  source: PictureSource,
  rungs: VideoPlan[],
  timing: string[],
  input = `0:${source.index}`,
): string {
  const [top, ...lower] = rungs
  if (!top) return ''
  const first = [...timing, ...scaleToTop(source, top), 'setsar=1'].join(',')
  if (!lower.length) return `[${input}]${first}[v0]`

  const chains = [`[${input}]${first},split=2[v0][s0]`]
  for (const [i, rung] of lower.entries()) {
    // A size rounded to even pixels is a little off the shape; zscale would bend the pixels for it.
    const scale = `[s${i}]zscale=w=${rung.widthPx}:h=${rung.heightPx}:filter=bicubic,setsar=1`
    const isLast = i === lower.length - 1
    chains.push(isLast ? `${scale}[v${i + 1}]` : `${scale},split=2[v${i + 1}][s${i + 1}]`)
  }
  return chains.join(';')
}
