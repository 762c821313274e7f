import type { TsPacket } from './packet.ts'

/** The start of a packet of an elementary stream. ITU-T H.222.0, 2.4.3.6 */
export interface PesHeader {
  /** Ticks of 90 kHz, modulo 2^33; null where it does not say. */
  pts: number | null
  headerBytes: number
  /** Of header and content; null where only the next packet tells. */
  sizeBytes: number | null
}

export const ticksPerSecond = 90_000
const modulus = 2 ** 33

/** The number nearest to 0 that is the same modulo 2^33: half a day to each side. */
export const unwrap = (ticks: number): number =>
  ((((ticks + modulus / 2) % modulus) + modulus) % modulus) - modulus / 2

/** Null for what is no PES packet, or whose header is cut off. */
export function readPesHeader(bytes: Uint8Array): PesHeader | null {
  const isPes = bytes.length >= 9 && bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 1
  if (!isPes || bytes[6]! >> 6 !== 2) return null
  const declared = bytes[4]! * 256 + bytes[5]!
  const headerBytes = 9 + bytes[8]!
  const hasPts = (bytes[7]! & 0x80) !== 0 && headerBytes >= 14 && bytes.length >= 14
  return {
    pts: hasPts ? readTime(bytes, 9) : null,
    headerBytes,
    sizeBytes: declared === 0 ? null : 6 + declared,
  }
}

/** 3, 15 and 15 bits, each with a bit that is set behind. */
const readTime = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! >> 1) & 7) * 2 ** 30 +
  (bytes[at + 1]! * 128 + (bytes[at + 2]! >> 1)) * 2 ** 15 +
  (bytes[at + 3]! * 128 + (bytes[at + 4]! >> 1))

export interface Pes {
  pts: number | null
  isRandomAccess: boolean
  data: Uint8Array
}

/** Puts the packets of one PID together. */
export class PesJoiner {
  #chunks: Uint8Array[] = []
  #isRandomAccess = false
  #counter = -1

  /** The packet before, when this one begins the next. */
  add({ isStart, isRandomAccess, counter, payload }: TsPacket): Pes | null {
    if (payload.length === 0 || this.#isRepeat(counter, payload)) return null
    this.#counter = counter
    const isInside = this.#chunks.length > 0
    const whole = isStart ? this.end() : null
    if (isStart) this.#isRandomAccess = isRandomAccess
    if (isStart || isInside) this.#chunks.push(payload)
    return whole
  }

  /** A packet may be sent twice. ITU-T H.222.0, 2.4.3.3 */
  #isRepeat(counter: number, payload: Uint8Array): boolean {
    const last = this.#chunks.at(-1)
    return counter === this.#counter && !!last && isSame(last, payload)
  }

  /** What was gathered so far. */
  end(): Pes | null {
    const bytes = join(this.#chunks)
    this.#chunks = []
    const header = readPesHeader(bytes)
    if (!header) return null
    const data = bytes.subarray(header.headerBytes, header.sizeBytes ?? bytes.length)
    return { pts: header.pts, isRandomAccess: this.#isRandomAccess, data }
  }
}

export const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])

export function join(chunks: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}
