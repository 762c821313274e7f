import { MediaError } from '../film.ts'
import { Bits, unescapeNal } from './bits.ts'
import { chromaFormats, toPixelAspect } from './picture.ts'
import type { Chroma, Colour } from './picture.ts'

/** A sequence parameter set of H.264, as far as it matters here. */
export interface Sps {
  profile: number
  /** The constraint flags, as one byte. */
  compatibility: number
  level: number
  widthPx: number
  heightPx: number
  bitDepth: number
  chroma: Chroma
  /** Some pictures may be coded as fields. */
  isInterlaced: boolean
  pixelAspect: [width: number, height: number] | null
  colour: Colour | null
}

/** Profiles whose sets name a chroma format. ITU-T H.264, 7.3.2.1.1 */
const withChroma = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]
const spsType = 7

function skipScalingList(bits: Bits, size: number): void {
  let next = 8
  for (let i = 0; i < size && next !== 0; i++) next = (next + bits.se() + 256) % 256
}

function readFormat(bits: Bits): { chroma: Chroma; bitDepth: number; isSplit: boolean } {
  const index = bits.ue()
  const chroma = chromaFormats[index]
  if (!chroma) throw new MediaError('damaged', 'An H.264 parameter set has no such chroma format')
  const isSplit = index === 3 && bits.flag()
  const bitDepth = 8 + Math.max(bits.ue(), bits.ue())
  bits.skip(1) // qpprime_y_zero_transform_bypass_flag
  const matrices = bits.flag() ? (index === 3 ? 12 : 8) : 0
  for (let i = 0; i < matrices; i++) {
    if (bits.flag()) skipScalingList(bits, i < 6 ? 16 : 64)
  }
  return { chroma, bitDepth, isSplit }
}

function skipPictureOrder(bits: Bits): void {
  bits.ue() // log2_max_frame_num_minus4
  const type = bits.ue()
  if (type === 0) bits.ue()
  if (type !== 1) return
  bits.skip(1)
  bits.se()
  bits.se()
  const count = bits.ue()
  if (count > 255) throw new MediaError('damaged', 'An H.264 parameter set has too long a cycle')
  for (let i = 0; i < count; i++) bits.se()
}

/** Left, right, top and bottom, in cropping units. */
function readCrop(bits: Bits): { across: number; down: number } {
  if (!bits.flag()) return { across: 0, down: 0 }
  return { across: bits.ue() + bits.ue(), down: bits.ue() + bits.ue() }
}

/** ITU-T H.264, table E-1: from index 1 on. */
const aspects: readonly (readonly [number, number])[] = [
  ...([
    [1, 1],
    [12, 11],
    [10, 11],
    [16, 11],
    [40, 33],
    [24, 11],
  ] as const),
  ...([
    [20, 11],
    [32, 11],
    [80, 33],
    [18, 11],
    [15, 11],
    [64, 33],
  ] as const),
  ...([
    [160, 99],
    [4, 3],
    [3, 2],
    [2, 1],
  ] as const),
]
const extendedAspect = 255

function readAspect(bits: Bits): [number, number] | null {
  if (!bits.flag()) return null
  const index = bits.read(8)
  if (index === extendedAspect) return toPixelAspect(bits.read(16), bits.read(16))
  const aspect = aspects[index - 1]
  return aspect ? [...aspect] : null
}

function readColour(bits: Bits): Colour | null {
  if (!bits.flag()) return null
  bits.skip(3) // video_format
  const isFullRange = bits.flag()
  if (!bits.flag()) return isFullRange ? { ...unspecified, isFullRange } : null
  const [primaries, transfer, matrix] = [bits.read(8), bits.read(8), bits.read(8)]
  return { primaries, transfer, matrix, isFullRange }
}

const unspecified = { primaries: 2, transfer: 2, matrix: 2 }

/** Usability information, up to the colour. ITU-T H.264, E.1.1 */
function readUsability(bits: Bits): Pick<Sps, 'pixelAspect' | 'colour'> {
  if (!bits.flag()) return { pixelAspect: null, colour: null }
  const pixelAspect = readAspect(bits)
  if (bits.flag()) bits.skip(1) // overscan
  return { pixelAspect, colour: readColour(bits) }
}

/** `nal` is one whole unit with its header byte, escaped as it stands in the stream. */
export function readSps(nal: Uint8Array): Sps {
  const bits = new Bits(unescapeNal(nal))
  if ((bits.read(8) & 31) !== spsType) {
    throw new MediaError('damaged', 'This is no H.264 sequence parameter set')
  }
  const [profile, compatibility, level] = [bits.read(8), bits.read(8), bits.read(8)]
  bits.ue() // seq_parameter_set_id
  const plain = { chroma: '4:2:0', bitDepth: 8, isSplit: false } as const
  const { chroma, bitDepth, isSplit } = withChroma.includes(profile) ? readFormat(bits) : plain
  skipPictureOrder(bits)
  bits.ue() // max_num_ref_frames
  bits.skip(1) // gaps_in_frame_num_value_allowed_flag
  const [columns, rows] = [bits.ue() + 1, bits.ue() + 1]
  const isFrames = bits.flag()
  bits.skip(isFrames ? 1 : 2) // mb_adaptive_frame_field_flag, direct_8x8_inference_flag
  const crop = readCrop(bits)

  const planes = isSplit ? '4:4:4' : chroma
  const unitAcross = planes === '4:2:0' || planes === '4:2:2' ? 2 : 1
  const unitDown = (planes === '4:2:0' ? 2 : 1) * (isFrames ? 1 : 2)
  const widthPx = columns * 16 - crop.across * unitAcross
  const heightPx = rows * 16 * (isFrames ? 1 : 2) - crop.down * unitDown
  if (!(widthPx > 0 && heightPx > 0)) {
    throw new MediaError('damaged', 'An H.264 parameter set crops all of the picture')
  }
  return {
    ...{ profile, compatibility, level, widthPx, heightPx, bitDepth, chroma },
    isInterlaced: !isFrames,
    ...readUsability(bits),
  }
}
