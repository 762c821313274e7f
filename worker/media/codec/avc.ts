import { MediaError } from '../film.ts'
import { hex } from './bits.ts'
import { plainPicture } from './picture.ts'
import type { PictureFacts } from './picture.ts'
import { readSps } from './sps.ts'
import type { Sps } from './sps.ts'

/** The parameter sets that avcC holds, without length or start code. */
export interface AvcSets {
  /** Bytes of the length before each unit of a sample: 1, 2 or 4. */
  lengthBytes: number
  sps: Uint8Array[]
  pps: Uint8Array[]
}

/** `config` is the body of avcC. ISO/IEC 14496-15, 5.3.3.1.2. Throws `damaged`. */
export function readAvcSets(config: Uint8Array): AvcSets {
  const lengthBytes = (byteAt(config, 4) & 3) + 1
  if (lengthBytes === 3) throw new MediaError('damaged', 'avcC counts lengths in 3 bytes')
  const sps = readSets(config, 6, byteAt(config, 5) & 31)
  const pps = readSets(config, sps.end + 1, byteAt(config, sps.end))
  return { lengthBytes, sps: sps.sets, pps: pps.sets }
}

function readSets(config: Uint8Array, start: number, count: number) {
  const sets: Uint8Array[] = []
  let at = start
  for (let i = 0; i < count; i++) {
    const length = byteAt(config, at) * 256 + byteAt(config, at + 1)
    at += 2 + length
    if (at > config.length) throw new MediaError('damaged', 'A set in avcC is cut off')
    sets.push(config.subarray(at - length, at))
  }
  return { sets, end: at }
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]
  if (byte === undefined) throw new MediaError('damaged', 'avcC is cut off')
  return byte
}

/** `avc1.PPCCLL`: profile, constraints and level. RFC 6381, 3.3 */
export const avcCodecs = ({ profile, compatibility, level }: Sps): string =>
  `avc1.${hex(profile, compatibility, level)}`

/**
 * `config` is the body of avcC. One that leaves the sets to the stream describes nothing, so its
 * codec is `other`. Throws `damaged`.
 */
export function describeAvc(config: Uint8Array): PictureFacts {
  const { sps, pps } = readAvcSets(config)
  const sets = sps.map(readSps)
  const [first] = sets
  if (!first || !pps.length) return plainPicture('other', `avc3.${hex(...config.subarray(1, 4))}`)
  return {
    codec: 'avc',
    codecs: avcCodecs(first),
    codedWidthPx: first.widthPx,
    codedHeightPx: first.heightPx,
    bitDepth: Math.max(...sets.map((set) => set.bitDepth)),
    chroma: first.chroma,
    isInterlaced: sets.some((set) => set.isInterlaced),
    pixelAspect: first.pixelAspect,
    colour: first.colour,
  }
}
