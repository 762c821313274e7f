import { type Header, letters, viewOf } from './picture.ts'

/** Undefined for what is no WebP. https://developers.google.com/speed/webp/docs/riff_container */
export function readWebpHeader(bytes: Uint8Array): Header | undefined {
  if (bytes.length < 30) return undefined
  if (letters(bytes, 0, 4) !== 'RIFF' || letters(bytes, 8, 4) !== 'WEBP') return undefined
  const size = readSize(bytes)
  return size && { kind: 'webp', widthPx: size[0], heightPx: size[1], orientation: 1 }
}

function readSize(bytes: Uint8Array): [number, number] | undefined {
  const view = viewOf(bytes)
  const first = letters(bytes, 12, 4)
  if (first === 'VP8X') {
    const less = (at: number) => view.getUint16(at, true) | ((bytes[at + 2] ?? 0) << 16)
    return [less(24) + 1, less(27) + 1]
  }
  if (first === 'VP8L' && bytes[20] === 0x2f) {
    const bits = view.getUint32(21, true)
    return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1]
  }
  if (first === 'VP8 ' && letters(bytes, 23, 3) === '\x9d\x01\x2a') {
    return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff]
  }
  return undefined
}
