/** Can decoding begin with this sample? Files mark pictures as keys that are none. */

/** So many first bytes reach past what may lie before the first slice. */
export const keyProbeBytes = 8192

/**
 * `format` is that of the sample entry, `lengthBytes` how NAL units are counted. True where the
 * bytes do not tell.
 */
export function isKeySample(format: string, lengthBytes: number, sample: Uint8Array): boolean {
  if (format === 'avc1' || format === 'avc3') return isAvcKey(sample, lengthBytes)
  if (format === 'hvc1' || format === 'hev1') return isHevcKey(sample, lengthBytes)
  if (format === 's263' || format === 'h263') return isH263Key(sample)
  return format === 'mp4v' ? isMpeg4Key(sample) : true
}

function* nalsOf(sample: Uint8Array, lengthBytes: number): Generator<Uint8Array> {
  for (let at = 0; at + lengthBytes < sample.length;) {
    let nalBytes = 0
    for (let i = 0; i < lengthBytes; i++) nalBytes = nalBytes * 256 + sample[at + i]!
    at += lengthBytes
    yield sample.subarray(at, at + nalBytes)
    at += nalBytes
  }
}

const avc = { slice: 1, idr: 5, sei: 6 }
const recoveryPoint = 6

/** A slice of I pictures only is taken for one: some encoders say no more. ITU-T H.264, 7.3.3 */
function isAvcKey(sample: Uint8Array, lengthBytes: number): boolean {
  for (const nal of nalsOf(sample, lengthBytes)) {
    const type = nal[0]! & 31
    if (type === avc.idr || (type === avc.sei && nal[1] === recoveryPoint)) return true
    if (type !== avc.slice) continue
    const bits = new BitsOfSlice(nal.subarray(1))
    bits.number() // of the first macroblock
    const kind = bits.number() % 5
    return kind === 2 || kind === 4
  }
  return true
}

/** Numbers of exp-Golomb. */
class BitsOfSlice {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  number(): number {
    let zeros = 0
    while (zeros < 32 && this.#bit() === 0) zeros++
    let value = 1
    for (let i = 0; i < zeros; i++) value = value * 2 + this.#bit()
    return value - 1
  }

  #bit(): number {
    const bit = ((this.#bytes[this.#at >> 3] ?? 255) >> (7 - (this.#at & 7))) & 1
    this.#at += 1
    return bit
  }
}

/** Pictures of random access. ITU-T H.265, table 7-1 */
function isHevcKey(sample: Uint8Array, lengthBytes: number): boolean {
  for (const nal of nalsOf(sample, lengthBytes)) {
    const type = (nal[0]! >> 1) & 63
    if (type < 32) return type >= 16 && type <= 23
  }
  return true
}

/** ITU-T H.263, 5.1: the source format 7 says that the kind of picture follows further on. */
function isH263Key(sample: Uint8Array): boolean {
  const hasStart = sample[0] === 0 && sample[1] === 0 && sample[2]! >> 2 === 0x20
  if (!hasStart || sample.length < 8) return true
  const format = (sample[4]! >> 2) & 7
  if (format !== 7) return ((sample[4]! >> 1) & 1) === 0
  const extended = ((sample[4]! & 3) << 1) | (sample[5]! >> 7)
  const kind = extended === 1 ? (sample[7]! >> 2) & 7 : (sample[5]! >> 4) & 7
  return kind === 0
}

/** The first two bits of a video object plane. ISO/IEC 14496-2, 6.2.5 */
function isMpeg4Key(sample: Uint8Array): boolean {
  for (let at = 0; at + 4 < sample.length; at++) {
    const isPlane =
      sample[at] === 0 && sample[at + 1] === 0 && sample[at + 2] === 1 && sample[at + 3] === 0xb6
    if (isPlane) return sample[at + 4]! >> 6 === 0
  }
  return true
}
