import { MediaError } from '../film.ts'
import { Bits } from './bits.ts'
import { plainPicture } from './picture.ts'
import type { Chroma, PictureFacts } from './picture.ts'

/** Of vpcC: two forms of 4:2:0, which differ in where the samples lie. */
const chromas: readonly Chroma[] = ['4:2:0', '4:2:0', '4:2:2', '4:4:4']
const two = (value: number) => String(value).padStart(2, '0')

/** BT.709 and unspecified, which players take for it. */
const usual = [1, 2]

/**
 * `config` is the body of vpcC with its version and flags. The string is as `vp09.00.10.08`, and
 * goes on with chroma and colour where those are not the usual ones.
 * https://www.webmproject.org/vp9/mp4/ Throws `damaged`.
 */
export function describeVp9(config: Uint8Array): PictureFacts {
  const bits = new Bits(config)
  if (bits.read(8) !== 1) throw new MediaError('damaged', 'vpcC is of an unknown version')
  bits.skip(24)
  const [profile, level] = [bits.read(8), bits.read(8)]
  const bitDepth = bits.read(4)
  const subsampling = bits.read(3)
  const isFullRange = bits.flag()
  const codes = [bits.read(8), bits.read(8), bits.read(8)] as const
  const chroma = chromas[subsampling]
  if (!chroma || ![8, 10, 12].includes(bitDepth)) {
    throw new MediaError('damaged', 'vpcC holds unknown values')
  }
  const isUsual = chroma === '4:2:0' && !isFullRange && codes.every((code) => usual.includes(code))
  const isSaid = isFullRange || codes.some((code) => code !== 2)
  const [primaries, transfer, matrix] = codes
  const rest = isUsual ? [] : [subsampling, ...codes, Number(isFullRange)]
  return {
    ...plainPicture('vp9', ['vp09', ...[profile, level, bitDepth, ...rest].map(two)].join('.')),
    ...{ bitDepth, chroma },
    colour: isSaid ? { primaries, transfer, matrix, isFullRange } : null,
  }
}
