import { MediaError } from '../film.ts'

/** Reads a bit stream, most significant bit first. Throws `damaged` beyond its end. */
export class Bits {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length * 8 - this.#at
  }

  /** An unsigned number of at most 32 bits. */
  read(count: number): number {
    if (count > this.left) throw new MediaError('damaged', 'A codec configuration is cut off')
    let value = 0
    for (let i = 0; i < count; i++) {
      value = value * 2 + this.#bit(this.#at + i)
    }
    this.#at += count
    return value
  }

  /** The next bits, without moving; 0 where fewer are left. */
  peek(count: number): number {
    if (count > this.left) return 0
    const value = this.read(count)
    this.#at -= count
    return value
  }

  flag(): boolean {
    return this.read(1) === 1
  }

  skip(count: number): void {
    if (count > this.left) throw new MediaError('damaged', 'A codec configuration is cut off')
    this.#at += count
  }

  /** `ue(v)`, unsigned Exp-Golomb. ITU-T H.264, 9.1 */
  ue(): number {
    let zeros = 0
    while (!this.flag()) zeros++
    if (zeros > 31) throw new MediaError('damaged', 'A number of a codec configuration is too long')
    return 2 ** zeros - 1 + this.read(zeros)
  }

  /** `se(v)`, signed Exp-Golomb. ITU-T H.264, 9.1.1 */
  se(): number {
    const value = this.ue()
    return value % 2 === 0 ? -(value / 2) : (value + 1) / 2
  }

  #bit(at: number): number {
    return (this.#bytes[at >> 3]! >> (7 - (at & 7))) & 1
  }
}

/** Drops the 3 of each 0 0 3, which only keep start codes out. ITU-T H.264, 7.3.1 */
export function unescapeNal(nal: Uint8Array): Uint8Array {
  const plain = new Uint8Array(nal.length)
  let length = 0
  let zeros = 0
  for (const byte of nal) {
    const isGuard = zeros >= 2 && byte === 3
    zeros = byte === 0 ? zeros + 1 : 0
    if (!isGuard) plain[length++] = byte
  }
  return plain.subarray(0, length)
}

export const hex = (...bytes: number[]): string =>
  bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
