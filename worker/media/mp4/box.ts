import { MediaError } from '../film.ts'

/** One box in memory. ISO/IEC 14496-12, 4.2 */
export interface Box {
  type: string
  /** What follows the header. */
  body: Uint8Array
}

/** No real file has more side by side; a made one could have millions. */
const maxBoxes = 10_000

/** Big-endian fields of a box. Throws `damaged` for whatever lies outside of it. */
export class Fields {
  readonly bytes: Uint8Array
  readonly #view: DataView

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.#view = viewOf(bytes)
  }

  get length(): number {
    return this.bytes.length
  }

  u8(at: number): number {
    return this.#view.getUint8(this.#within(at, 1))
  }

  u16(at: number): number {
    return this.#view.getUint16(this.#within(at, 2))
  }

  u32(at: number): number {
    return this.#view.getUint32(this.#within(at, 4))
  }

  i32(at: number): number {
    return this.#view.getInt32(this.#within(at, 4))
  }

  /** Also throws where the number is not a safe integer. */
  u64(at: number): number {
    const value = this.u32(at) * 2 ** 32 + this.u32(at + 4)
    if (!Number.isSafeInteger(value)) throw new MediaError('damaged', 'A number is out of range')
    return value
  }

  /** Four characters. */
  type(at: number): string {
    return String.fromCharCode(this.u8(at), this.u8(at + 1), this.u8(at + 2), this.u8(at + 3))
  }

  /** From `start` to the end, or nothing where the box is shorter. */
  rest(start: number): Uint8Array {
    return this.bytes.subarray(start)
  }

  #within(at: number, count: number): number {
    if (at + count > this.bytes.length) throw new MediaError('damaged', 'A box is cut off')
    return at
  }
}

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The header at `at`; null where it is cut off. `sizeBytes` is of the whole box, 0 for "to the end". */
export function readBoxHeader(
  bytes: Uint8Array,
  at: number,
): { type: string; headerBytes: number; sizeBytes: number } | null {
  if (at + 8 > bytes.length) return null
  const view = viewOf(bytes)
  const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
  const sizeBytes = view.getUint32(at)
  if (sizeBytes !== 1) return { type, headerBytes: 8, sizeBytes }
  if (at + 16 > bytes.length) return null
  const long = view.getUint32(at + 8) * 2 ** 32 + view.getUint32(at + 12)
  return { type, headerBytes: 16, sizeBytes: long }
}

/**
 * Boxes side by side. Stops quietly at the first that cannot be: QuickTime ends lists by four zero
 * bytes, and others pad. Throws `too_costly` for absurdly many.
 */
export function listBoxes(bytes: Uint8Array): Box[] {
  const boxes: Box[] = []
  for (let at = 0; at < bytes.length;) {
    const header = readBoxHeader(bytes, at)
    if (!header) break
    const { type, headerBytes } = header
    const sizeBytes = header.sizeBytes || bytes.length - at
    if (sizeBytes < headerBytes || at + sizeBytes > bytes.length) break
    if (boxes.length === maxBoxes) throw new MediaError('too_costly', 'The file has too many boxes')
    boxes.push({ type, body: bytes.subarray(at + headerBytes, at + sizeBytes) })
    at += sizeBytes
  }
  return boxes
}

/** The first of a type. */
export const findBox = (boxes: Box[], type: string): Uint8Array | null =>
  boxes.find((box) => box.type === type)?.body ?? null

/** Throws `damaged` where there is none. */
export function getBox(boxes: Box[], type: string): Uint8Array {
  const body = findBox(boxes, type)
  if (!body) throw new MediaError('damaged', `The file lacks its ${type}`)
  return body
}

/** Walks down a path of types. */
export function findPath(bytes: Uint8Array, ...path: string[]): Uint8Array | null {
  let body: Uint8Array | null = bytes
  for (const type of path) {
    if (body) body = findBox(listBoxes(body), type)
  }
  return body
}
