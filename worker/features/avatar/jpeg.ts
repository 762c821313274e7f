import { type Header, letters, viewOf } from './picture.ts'

/** Start of frame, in each coding: ITU-T T.81, table B.1. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** A progressive picture has about ten; thousands of empty ones would keep a decoder busy. */
const maxScans = 100

/** Undefined for what is no JPEG or hides its size behind something unusual. */
export function readJpegHeader(bytes: Uint8Array): Header | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8 || countScans(bytes) > maxScans) return undefined
  const view = viewOf(bytes)
  let orientation = 1
  for (let at = 2; at + 9 < bytes.length;) {
    const marker = bytes[at + 1] ?? 0
    // Before the frame come segments with a length alone.
    if (bytes[at] !== 0xff || marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda)) return undefined
    const sizeBytes = view.getUint16(at + 2)
    if (isFrame(marker)) {
      const [heightPx, widthPx] = [view.getUint16(at + 5), view.getUint16(at + 7)]
      return { kind: 'jpeg', widthPx, heightPx, orientation }
    }
    if (marker === 0xe1) orientation = readOrientation(bytes.subarray(at + 4, at + 2 + sizeBytes))
    at += 2 + Math.max(2, sizeBytes)
  }
  return undefined
}

function countScans(bytes: Uint8Array): number {
  let count = 0
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === 0xda) count++
  }
  return count
}

const orientationTag = 0x0112
const exifBytes = 6

/** Of an APP1 segment; 1 where it says none, or nothing that makes sense. */
function readOrientation(segment: Uint8Array): number {
  if (letters(segment, 0, exifBytes) !== 'Exif\0\0') return 1
  const tiff = viewOf(segment.subarray(exifBytes))
  if (tiff.byteLength < 8) return 1
  const isLittle = tiff.getUint16(0) === 0x4949
  const list = tiff.getUint32(4, isLittle)
  if (list + 2 > tiff.byteLength) return 1
  const count = tiff.getUint16(list, isLittle)
  for (let i = 0; i < count; i++) {
    const entry = list + 2 + i * 12
    if (entry + 12 > tiff.byteLength) return 1
    if (tiff.getUint16(entry, isLittle) !== orientationTag) continue
    const value = tiff.getUint16(entry + 8, isLittle)
    return value >= 1 && value <= 8 ? value : 1
  }
  return 1
}
