import { TaskError } from '../failure.ts'

/** One box of an ISO base media file; `start` and `end` frame its payload. ISO/IEC 14496-12, 4.2 */
export interface Box {
  type: string
  start: number
  end: number
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** A box header: its type, its length and its size in all. Size 0 means "to the end" (`rest`). */
export function readHeader(
  bytes: Uint8Array,
  at: number,
  rest: number,
): { type: string; headerBytes: number; sizeBytes: number } | null {
  if (at + 8 > bytes.length) return null
  const data = view(bytes)
  const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
  const short = data.getUint32(at)
  if (short === 0) return { type, headerBytes: 8, sizeBytes: rest }
  if (short !== 1) return { type, headerBytes: 8, sizeBytes: short }
  if (at + 16 > bytes.length) return null
  return { type, headerBytes: 16, sizeBytes: Number(data.getBigUint64(at + 8)) }
}

/** Boxes side by side in `bytes[start, end)`; stops quietly at the first one that cannot be. */
export function* walkBoxes(bytes: Uint8Array, start = 0, end = bytes.length): Generator<Box> {
  let at = start
  while (at + 8 <= end) {
    const header = readHeader(bytes, at, end - at)
    if (!header || header.sizeBytes < header.headerBytes || at + header.sizeBytes > end) return
    yield { type: header.type, start: at + header.headerBytes, end: at + header.sizeBytes }
    at += header.sizeBytes
  }
}

export const listBoxes = (bytes: Uint8Array, start?: number, end?: number): Box[] => [
  ...walkBoxes(bytes, start, end),
]

/** Walk down a path of types from `within`; undefined where a step is missing. */
export function findBox(bytes: Uint8Array, path: string[], within?: Box): Box | undefined {
  let found = within
  for (const type of path) {
    found = listBoxes(bytes, found?.start, found?.end).find((box) => box.type === type)
    if (!found) return undefined
  }
  return found
}

/** The sample entries of one track: `avc1`, `mp4a`, `encv`, … */
export function listSampleEntries(bytes: Uint8Array, trak: Box): Box[] {
  const stsd = findBox(bytes, ['mdia', 'minf', 'stbl', 'stsd'], trak)
  return stsd ? listBoxes(bytes, stsd.start + 8, stsd.end) : []
}

/** Where ffmpeg looks for more boxes, as far as protection may lie there. */
const nests = new Set([
  ...['moov', 'trak', 'mdia', 'minf', 'stbl', 'mvex', 'moof', 'traf', 'udta', 'wave', 'schi'],
])
/** Entries of protected samples, how to read them, and where they are in a fragment. */
const protection = new Set(['encv', 'enca', 'enct', 'sinf', 'tenc', 'senc'])
/** What lies between an entry's head and its boxes: pictures, and sounds of three versions. */
const entryHeads = [8, 28, 44, 64, 78]
const schemes = ['cenc', 'cens', 'cbc1', 'cbcs']
/** ffmpeg goes no deeper. */
const maxDepth = 10
/** Films have hundreds; whoever sends more wants us to count. */
const maxBoxes = 100_000

/** Sizes of something about each sample: of its key, where the box says so. */
const isKeyInfo = (bytes: Uint8Array, { type, start, end }: Box): boolean =>
  ['saiz', 'saio'].includes(type) &&
  end - start >= 8 &&
  (bytes[start + 3]! & 1) === 1 &&
  schemes.includes(String.fromCharCode(...bytes.subarray(start + 4, start + 8)))

/**
 * Any sample that is encrypted, whatever its entry calls itself. `bytes` is what lies in `moov` or
 * `moof`. Throws `damaged` where that is more boxes than a film has. ISO/IEC 23001-7
 */
export function isEncrypted(bytes: Uint8Array): boolean {
  let boxCount = 0

  function* walk(start: number, end: number) {
    for (const box of walkBoxes(bytes, start, end)) {
      if (++boxCount > maxBoxes) throw new TaskError('damaged', 'The index has too many boxes')
      yield box
    }
  }

  function isInside(start: number, end: number, depth: number, isEntry = false): boolean {
    for (const box of walk(start, end)) {
      if (protection.has(box.type) || isKeyInfo(bytes, box)) return true
      if (depth >= maxDepth) continue
      if (nests.has(box.type) && isInside(box.start, box.end, depth + 1, isEntry)) return true
      if (box.type === 'stsd' && !isEntry && isAnyEntry(box, depth + 1)) return true
    }
    return false
  }

  function isAnyEntry({ start, end }: Box, depth: number): boolean {
    for (const entry of walk(start + 8, end)) {
      const isBehind = (head: number) => isInside(entry.start + head, entry.end, depth, true)
      if (protection.has(entry.type) || entryHeads.some(isBehind)) return true
    }
    return false
  }

  return isInside(0, bytes.length, 0)
}
