import type { VideoPlan } from './ladder.ts'
import type { PictureSource } from './source.ts'

const isHdr = (source: PictureSource): boolean =>
  ['smpte2084', 'arib-std-b67'].includes(source.colour.transfer ?? '')

/** One frame must be turned into what x264 and every browser take: 8 bit, 4:2:0, limited range. */
const isPlain = (source: PictureSource): boolean =>
  source.pixelFormat === 'yuv420p' && !source.isFullRange

/** zimg keeps the light right on the way to SDR: linear light, tone curve, BT.709. */
function toneMap(source: PictureSource): string[] {
  const { transfer = 'smpte2084', matrix = 'bt2020nc', primaries = 'bt2020' } = source.colour
  const range = source.isFullRange ? 'full' : 'limited'
  return [
    `zscale=tin=${transfer}:min=${matrix}:pin=${primaries}:rin=${range}:t=linear:npl=100`,
    'format=gbrpf32le',
    'zscale=p=bt709',
    'tonemap=tonemap=hable:desat=0',
    'zscale=t=bt709:m=bt709:r=limited',
    'format=yuv420p',
  ]
}

/** Untagged colour is guessed by each player anew and by size; say once what players assume. */
function nameColour(source: PictureSource, top: VideoPlan): string[] {
  const { matrix } = source.colour
  if (isHdr(source) || (matrix && matrix !== 'gbr')) return [] // RGB has become YUV by now
  const name = Math.min(top.widthPx, top.heightPx) >= 720 ? 'bt709' : 'smpte170m'
  return [`setparams=range=tv:color_primaries=${name}:color_trc=${name}:colorspace=${name}`]
}

/** Everything between the decoder and the top rung. */
function toTop(source: PictureSource, top: VideoPlan, timing: string[]): string[] {
  const size = `w=${top.widthPx}:h=${top.heightPx}`
  const scaled = isHdr(source)
    ? [`zscale=${size}:filter=bicubic`, ...toneMap(source)]
    : isPlain(source)
      ? [`zscale=${size}:filter=bicubic`]
      : [`scale=${size}:flags=bicubic:out_range=tv`, 'format=yuv420p']
  return [...timing, ...scaled, ...nameColour(source, top), 'setsar=1']
}

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
  const first = toTop(source, top, timing).join(',')
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
