/**
 * Whole numbers in as few bytes as they need: 7 bits a byte, the lowest first, up to 2^53. And
 * columns of them, which know what most columns of media tables have: one unit, and long runs.
 */

const chunkBytes = 65_536
const maxVarintBytes = 8

const flag = { isRuns: 1, isSigned: 2 }
const unitStep = 4

/** Grows in chunks that are joined once, so that millions of numbers are never copied again. */
export class ByteWriter {
  #full: Uint8Array[] = []
  #fullBytes = 0
  #chunk = new Uint8Array(chunkBytes)
  #at = 0

  get sizeBytes(): number {
    return this.#fullBytes + this.#at
  }

  /** A whole number from 0 to 2^53. */
  varint(value: number): void {
    if (this.#at + maxVarintBytes > chunkBytes) this.#close()
    let rest = value
    while (rest > 0x7fff_ffff) {
      this.#chunk[this.#at++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    while (rest > 127) {
      this.#chunk[this.#at++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.#chunk[this.#at++] = rest
  }

  /** With its length before it. */
  blob(bytes: Uint8Array): void {
    this.varint(bytes.length)
    this.#close()
    this.#full.push(bytes)
    this.#fullBytes += bytes.length
  }

  /**
   * The first `count` of `values`: whole numbers between ±2^52. They are written as multiples of
   * their greatest common divisor, and as (value, run) pairs where that is shorter.
   */
  column(values: ArrayLike<number>, count = values.length): void {
    const { unit, runs, isSigned } = surveyColumn(values, count)
    const isRuns = runs * 2 < count
    this.varint(unit * unitStep + (isRuns ? flag.isRuns : 0) + (isSigned ? flag.isSigned : 0))
    for (let i = 0; i < count;) {
      const value = values[i]!
      const multiple = value / unit
      this.varint(!isSigned ? multiple : multiple < 0 ? -2 * multiple - 1 : 2 * multiple)
      const start = i++
      if (!isRuns) continue
      while (i < count && values[i] === value) i++
      this.varint(i - start)
    }
  }

  /** All that was written, as one array. */
  join(): Uint8Array {
    const all = new Uint8Array(this.sizeBytes)
    let at = 0
    for (const chunk of [...this.#full, this.#chunk.subarray(0, this.#at)]) {
      all.set(chunk, at)
      at += chunk.length
    }
    return all
  }

  #close(): void {
    this.#full.push(this.#chunk.slice(0, this.#at))
    this.#fullBytes += this.#at
    this.#at = 0
  }
}

function surveyColumn(values: ArrayLike<number>, count: number) {
  let unit = 0
  let runs = 0
  let isSigned = false
  let last = NaN
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    if (value === last) continue
    last = value
    runs++
    if (value < 0) isSigned = true
    if (unit !== 1) unit = commonDivisor(unit, Math.abs(value))
  }
  return { unit: unit || 1, runs, isSigned }
}

function commonDivisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b]
  return a
}

/** Reads what a `ByteWriter` wrote. Throws RangeError where the bytes end too early. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes
    this.#at = at
  }

  varint(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new RangeError('The index ends too early')
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }

  blob(): Uint8Array {
    const lengthBytes = this.varint()
    const end = this.#at + lengthBytes
    if (end > this.#bytes.length) throw new RangeError('The index ends too early')
    const bytes = this.#bytes.slice(this.#at, end)
    this.#at = end
    return bytes
  }

  column(count: number): Float64Array {
    const values = new Float64Array(count)
    const header = this.varint()
    const unit = Math.floor(header / unitStep)
    const isRuns = (header & flag.isRuns) !== 0
    const isSigned = (header & flag.isSigned) !== 0
    for (let i = 0; i < count;) {
      const coded = this.varint()
      const multiple = !isSigned ? coded : coded % 2 === 1 ? -(coded + 1) / 2 : coded / 2
      const end = isRuns ? Math.min(count, i + this.varint()) : i + 1
      values.fill(multiple * unit, i, end)
      i = end
    }
    return values
  }
}
