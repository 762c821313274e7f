import type { VideoPlan } from './ladder.ts'
import type { PictureSource } from './source.ts'

type Colour = PictureSource['colour']

const isHdr = ({ transfer = '' }: Colour): boolean =>
  ['smpte2084', 'arib-std-b67'].includes(transfer)

const isRgb = ({ pixelFormat, colour }: PictureSource): boolean =>
  colour.matrix === 'gbr' || /rgb|bgr|gbr|pal8/.test(pixelFormat)

/** What every browser shows right, whether it reads the tags or not. */
const isCommon = ({ matrix = 'bt709', primaries = 'bt709' }: Colour): boolean =>
  ['bt709', 'smpte170m', 'bt470bg'].includes(matrix) &&
  !['bt2020', 'smpte431', 'smpte432'].includes(primaries)

/** Names that zscale knows; ffprobe has more of them. */
const matrices = [
  ...['bt709', 'fcc', 'bt470bg', 'smpte170m', 'smpte240m', 'ycgco', 'bt2020nc', 'bt2020c', 'ictcp'],
]
const primariesNames = [
  ...['bt709', 'bt470m', 'bt470bg', 'smpte170m', 'smpte240m', 'film', 'bt2020', 'smpte428'],
  ...['smpte431', 'smpte432'],
]
const transfers = ['bt709', 'smpte170m', 'iec61966-2-1', 'linear', 'bt2020-10', 'bt2020-12']
const among = (names: string[], name: string | undefined, otherwise: string) =>
  name && names.includes(name) ? name : otherwise

const rangeOf = ({ isFullRange }: PictureSource) => (isFullRange ? 'full' : 'limited')
const sizeOf = ({ widthPx, heightPx }: VideoPlan) => `w=${widthPx}:h=${heightPx}`

/**
 * zimg keeps the light right on the way to SDR: linear light, where 1 is 100 cd/m², the tone curve,
 * BT.709. The curve ends at 1000 cd/m² whatever the film says of itself: many say nothing, which
 * would mean 10,000 and a dark picture, and others say something new from scene to scene.
 */
function toneMap(source: PictureSource): string[] {
  const { transfer = 'smpte2084', matrix, primaries } = source.colour
  const primary = among(primariesNames, primaries, 'bt2020')
  const from = [
    `tin=${transfer}:min=${among(matrices, matrix, 'bt2020nc')}`,
    `pin=${primary}:rin=${rangeOf(source)}`,
  ].join(':')
  return [
    `zscale=${from}:t=linear:npl=100:p=${primary}`, // named, or the next step has nothing to go by
    'format=gbrpf32le',
    'zscale=p=bt709',
    'tonemap=tonemap=hable:desat=0:peak=10',
    'zscale=t=bt709:m=bt709:r=limited',
    'format=yuv420p',
  ]
}

/** Wide colours, and matrices that few decoders know, as players that ignore tags take them. */
function toCommon(source: PictureSource): string[] {
  const { transfer, matrix, primaries } = source.colour
  const isWide = matrix?.startsWith('bt2020') ?? false
  const from = [
    `tin=${among(transfers, transfer, 'bt709')}`,
    `min=${among(matrices, matrix, 'bt709')}`,
    `pin=${among(primariesNames, primaries, isWide ? 'bt2020' : 'bt709')}:rin=${rangeOf(source)}`,
  ].join(':')
  return [`zscale=${from}:t=bt709:m=bt709:p=bt709:r=limited`, 'format=yuv420p']
}

/** What players assume of a picture of this size whose colours have no name. */
const assumed = (top: VideoPlan): string =>
  Math.min(top.widthPx, top.heightPx) >= 720 ? 'bt709' : 'smpte170m'

const nameColour = (name: string): string =>
  `setparams=range=tv:color_primaries=${name}:color_trc=${name}:colorspace=${name}`

/**
 * Filters from the source's own pixels to those of the top rung: 8 bit, 4:2:0, limited range, SDR,
 * and colours with a name, since untagged ones are guessed by each player anew.
 */
export function scaleToTop(source: PictureSource, top: VideoPlan): string[] {
  const size = sizeOf(top)
  const { colour, pixelFormat, isFullRange } = source
  const zscale = `zscale=${size}:filter=bicubic`
  const name = assumed(top)
  if (isRgb(source)) {
    const matrix = `out_range=tv:out_color_matrix=${name}`
    return [`scale=${size}:flags=bicubic:${matrix}`, 'format=yuv420p', nameColour(name)]
  }
  if (isHdr(colour)) return [zscale, ...toneMap(source)]
  if (!isCommon(colour)) return [zscale, ...toCommon(source)]
  const isPlain = pixelFormat === 'yuv420p' && !isFullRange
  return [
    ...(isPlain ? [zscale] : [`scale=${size}:flags=bicubic:out_range=tv`, 'format=yuv420p']),
    ...(colour.matrix ? [] : [nameColour(name)]),
  ]
}
