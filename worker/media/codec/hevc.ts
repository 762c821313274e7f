import { Bits } from './bits.ts'
import { chromaFormats, plainPicture } from './picture.ts'
import type { PictureFacts } from './picture.ts'

/** The bits in the opposite order: the string counts compatibility flags from the lowest. */
function reverse32(value: number): number {
  let result = 0
  for (let i = 0; i < 32; i++) result = result * 2 + ((value >>> i) & 1)
  return result
}

function withoutTrailingZeros(bytes: number[]): number[] {
  const last = bytes.findLastIndex((byte) => byte !== 0)
  return bytes.slice(0, last + 1)
}

/**
 * `config` is the body of hvcC. The string is as `hvc1.1.6.L93.B0`: space and profile,
 * compatibility, tier and level, constraints. ISO/IEC 14496-15, 8.3.2.1 and E.3. Throws `damaged`.
 */
export function describeHevc(config: Uint8Array): PictureFacts {
  const bits = new Bits(config)
  bits.skip(8)
  const space = ['', 'A', 'B', 'C'][bits.read(2)]!
  const tier = bits.flag() ? 'H' : 'L'
  const profile = bits.read(5)
  const compatibility = reverse32(bits.read(32))
  const constraints = Array.from({ length: 6 }, () => bits.read(8))
  const level = bits.read(8)
  bits.skip(16 + 8 + 6) // segmentation, parallelism
  const chroma = chromaFormats[bits.read(2)]!
  bits.skip(5)
  const lumaDepth = 8 + bits.read(3)
  bits.skip(5)
  const chromaDepth = 8 + bits.read(3)

  const parts = [
    `hvc1.${space}${profile}`,
    compatibility.toString(16),
    `${tier}${level}`,
    ...withoutTrailingZeros(constraints).map((byte) => byte.toString(16)),
  ]
  const [isProgressive, isFields] = [constraints[0]! & 0x80, constraints[0]! & 0x40]
  return {
    ...plainPicture('hevc', parts.join('.').toUpperCase().replace('HVC1', 'hvc1')),
    bitDepth: Math.max(lumaDepth, chromaDepth),
    chroma,
    isInterlaced: isFields !== 0 && isProgressive === 0,
  }
}
