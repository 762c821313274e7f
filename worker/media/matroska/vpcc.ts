import { Bits } from '../codec/bits.ts'
import { MediaError } from '../film.ts'
import type { VideoTrack } from '../film.ts'

type Colour = NonNullable<VideoTrack['colour']>

/** Level, most samples of luma a second, most samples a picture. https://www.webmproject.org/vp9/levels/ */
const levels = [
  [10, 829_440, 36_864],
  [11, 2_764_800, 73_728],
  [20, 4_608_000, 122_880],
  [21, 9_216_000, 245_760],
  [30, 20_736_000, 552_960],
  [31, 36_864_000, 983_040],
  [40, 83_558_400, 2_228_224],
  [41, 160_432_128, 2_228_224],
  [50, 311_951_360, 8_912_896],
  [51, 588_251_136, 8_912_896],
  [52, 1_176_502_272, 8_912_896],
  [60, 1_176_502_272, 35_651_584],
  [61, 2_353_004_544, 35_651_584],
  [62, 4_706_009_088, 35_651_584],
] as const

/** `color_space` of the bitstream as primaries, transfer and matrix; section 7.2.2 */
const colourSpaces = [
  ...([
    [2, 2, 2],
    [6, 6, 6],
    [1, 1, 1],
    [6, 6, 6],
  ] as const),
  ...([
    [7, 7, 7],
    [9, 14, 9],
    [2, 2, 2],
    [1, 13, 0],
  ] as const),
]
const rgb = 7

/**
 * Body of vpcC, with version and flags, from the first key frame: WebM has none of its own. The
 * level is the lowest that fits size and rate. Throws `damaged` for what is no VP9 key frame.
 * Sources: VP9 bitstream specification 6.2, https://www.webmproject.org/vp9/mp4/
 */
export function toVpcc(
  frame: Uint8Array,
  framesPerSecond: number,
  said: Colour | null,
): Uint8Array<ArrayBuffer> {
  const bits = new Bits(frame.subarray(0, 32))
  if (bits.read(2) !== 2) throw new MediaError('damaged', 'This is no VP9 frame')
  const profile = bits.read(1) + bits.read(1) * 2
  if (profile === 3) bits.skip(1)
  const [isRepeat, isDelta] = [bits.flag(), bits.flag()]
  bits.skip(2)
  if (isRepeat || isDelta || bits.read(24) !== 0x498342) {
    throw new MediaError('damaged', 'This is no VP9 key frame')
  }
  const { bitDepth, subsampling, colour } = readFormat(bits, profile)
  const pixels = (bits.read(16) + 1) * (bits.read(16) + 1)
  const fits = levels.find(([, rate, size]) => pixels <= size && pixels * framesPerSecond <= rate)
  const { primaries, transfer, matrix, isFullRange } = said ?? colour
  return Uint8Array.of(
    ...[1, 0, 0, 0],
    ...[profile, fits?.[0] ?? 62],
    bitDepth * 16 + subsampling * 2 + Number(isFullRange),
    ...[primaries, transfer, matrix],
    ...[0, 0], // no initialization data
  )
}

/** 6.2.2 color_config; subsampling as vpcC counts it. */
function readFormat(bits: Bits, profile: number) {
  const isOdd = profile % 2 === 1
  const bitDepth = profile >= 2 ? (bits.flag() ? 12 : 10) : 8
  const space = bits.read(3)
  const [primaries, transfer, matrix] = colourSpaces[space]!
  const isFullRange = space === rgb || bits.flag()
  const [isHalfWide, isHalfHigh] =
    space === rgb ? [false, false] : isOdd ? [bits.flag(), bits.flag()] : [true, true]
  if (isOdd) bits.skip(1)
  const subsampling = isHalfHigh ? 1 : isHalfWide ? 2 : 3
  return { bitDepth, subsampling, colour: { primaries, transfer, matrix, isFullRange } }
}
