import { scaleToTop } from './colour.ts'
import type { VideoPlan } from './ladder.ts'
import type { PictureSource } from './source.ts'

/** A size rounded to even pixels is a little off the shape; zscale would bend the pixels for it. */
const toLower = ({ widthPx, heightPx }: VideoPlan): string[] => [
  `zscale=w=${widthPx}:h=${heightPx}:filter=bicubic`,
  'setsar=1',
]

/** Videos of one size side by side, in their order: one scaled picture is enough for them. */
function groupBySize(videos: VideoPlan[]): { first: VideoPlan; places: number[] }[] {
  const groups: { first: VideoPlan; places: number[] }[] = []
  for (const [place, video] of videos.entries()) {
    const { first, places } = groups.at(-1) ?? {}
    const isSame = first?.widthPx === video.widthPx && first.heightPx === video.heightPx
    if (places && isSame) places.push(place)
    else groups.push({ first: video, places: [place] })
  }
  return groups
}

/**
 * `-filter_complex` text: one decode, then a cascade in which every rung is scaled from the one
 * above, as the short way costs a third of scaling each from the source; all codecs of a rung get
 * the same picture. Outputs `[v0]`, `[v1]`, … in the order of `videos`, which is sharpest first.
 * `timing`: the filters that choose the frames.
 * https://ffmpeg.org/ffmpeg-filters.html#zscale-1
 */
export function planPictures(
  source: PictureSource,
  videos: VideoPlan[],
  timing: string[],
  input = `0:${source.index}`,
): string {
  const groups = groupBySize(videos)
  const chains = groups.map(({ first, places }, i) => {
    const top = [...timing, ...scaleToTop(source, first), 'setsar=1']
    const filters = i === 0 ? top : toLower(first)
    const from = i === 0 ? input : `s${i - 1}`
    const outputs = places.map((place) => `v${place}`)
    if (i < groups.length - 1) outputs.push(`s${i}`)
    const split = outputs.length > 1 ? [`split=${outputs.length}`] : []
    const to = outputs.map((name) => `[${name}]`).join('')
    return `[${from}]${[...filters, ...split].join(',')}${to}`
  })
  return chains.join(';')
}
