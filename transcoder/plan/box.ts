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
export function listBoxes(bytes: Uint8Array, start = 0, end = bytes.length): Box[] {
  const boxes: Box[] = []
  let at = start
  while (at + 8 <= end) {
    const header = readHeader(bytes, at, end - at)
    if (!header || header.sizeBytes < header.headerBytes || at + header.sizeBytes > end) break
    boxes.push({ type: header.type, start: at + header.headerBytes, end: at + header.sizeBytes })
    at += header.sizeBytes
  }
  return boxes
}

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

/** Any track whose samples are encrypted. `moov` is the payload of that box. ISO/IEC 23001-7 */
export function isEncrypted(moov: Uint8Array): boolean {
  return listBoxes(moov)
    .filter((box) => box.type === 'trak')
    .flatMap((trak) => listSampleEntries(moov, trak))
    .some((entry) => entry.type === 'encv' || entry.type === 'enca')
}
