import { MediaError } from '../film.ts'
import { readVarInt } from './ebml.ts'

const tooShort = () => new MediaError('damaged', 'Frames of a lace lie outside of their block')

/**
 * The frames of a block whose header is taken off; `lacing` is 0 for one frame, else 1 Xiph, 2
 * fixed size, 3 EBML. Throws `damaged` where sizes do not fit.
 * Source: https://www.rfc-editor.org/rfc/rfc9559#section-10.3
 */
export function framesOf(data: Uint8Array, lacing: number): Uint8Array[] {
  if (lacing === 0) return [data]
  const count = (data[0] ?? 0) + 1
  const { sizes, at } = [xiphSizes, fixedSizes, ebmlSizes][lacing - 1]!(data, count)
  let offset = at
  return sizes.map((size) => {
    if (size < 0 || offset + size > data.length) throw tooShort()
    offset += size
    return data.subarray(offset - size, offset)
  })
}

interface Sizes {
  sizes: number[]
  /** Where the first frame begins. */
  at: number
}

/** The last frame takes what the others leave. */
function withLast(sizes: number[], at: number, data: Uint8Array): Sizes {
  const taken = sizes.reduce((sum, size) => sum + size, 0)
  return { sizes: [...sizes, data.length - at - taken], at }
}

function xiphSizes(data: Uint8Array, count: number): Sizes {
  const sizes: number[] = []
  let at = 1
  while (sizes.length < count - 1) {
    let size = 0
    for (; data[at] === 255; at++) size += 255
    if (at >= data.length) throw tooShort()
    sizes.push(size + data[at]!)
    at += 1
  }
  return withLast(sizes, at, data)
}

function fixedSizes(data: Uint8Array, count: number): Sizes {
  const size = (data.length - 1) / count
  if (!Number.isInteger(size)) throw tooShort()
  return { sizes: Array.from({ length: count }, () => size), at: 1 }
}

/** The first as it is, the others as differences, shifted to be positive. */
function ebmlSizes(data: Uint8Array, count: number): Sizes {
  const sizes: number[] = []
  let at = 1
  for (let i = 0; i < count - 1; i++) {
    const number = readVarInt(data, at)
    if (!number) throw tooShort()
    const bias = 2 ** (number.lengthBytes * 7 - 1) - 1
    sizes.push(i === 0 ? number.value : sizes[i - 1]! + number.value - bias)
    at += number.lengthBytes
  }
  return withLast(sizes, at, data)
}
