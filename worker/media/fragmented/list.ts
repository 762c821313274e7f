import type { ByteSource } from '../film.ts'
import { Fields, listBoxes, readBoxHeader } from '../mp4/box.ts'
import type { Head } from './head.ts'

/** A place that a list of the file names; its time may be counted from another zero. */
export interface Listed {
  offset: number
  seconds: number
}

const maxListBytes = 4 * 1024 * 1024
const endBytes = 16

/**
 * The fragments named by `mfra` at the end of a file, and where it begins. Null where there is
 * none. ISO/IEC 14496-12, 8.8.9 to 8.8.11
 */
export async function readRandomAccess(
  source: ByteSource,
  head: Head,
): Promise<{ places: Listed[]; offset: number } | null> {
  if (source.sizeBytes < endBytes) return null
  const end = new Fields(await source.read(source.sizeBytes - endBytes, endBytes))
  const sizeBytes = end.u32(12)
  const offset = source.sizeBytes - sizeBytes
  if (end.type(4) !== 'mfro' || offset < 0 || sizeBytes > maxListBytes) return null
  const bytes = await source.read(offset, sizeBytes)
  if (readBoxHeader(bytes, 0)?.type !== 'mfra') return null

  const track = (head.video ?? head.audio)!
  const tables = listBoxes(bytes.subarray(8)).filter(({ type }) => type === 'tfra')
  const table = tables.find(({ body }) => new Fields(body).u32(4) === track.id)
  return { offset, places: table ? readTable(new Fields(table.body), track.timescale) : [] }
}

/** Only first samples of fragments: key frames further in are no places to begin. */
function readTable(fields: Fields, timescale: number): Listed[] {
  const isLong = fields.u8(0) === 1
  const lengths = fields.u32(8)
  const [trafBytes, trunBytes, sampleBytes] = [4, 2, 0].map((shift) => ((lengths >> shift) & 3) + 1)
  const numbers = [trafBytes!, trunBytes!, sampleBytes!]
  const rowBytes = (isLong ? 16 : 8) + numbers.reduce((sum, length) => sum + length, 0)
  const count = Math.min(fields.u32(12), Math.floor((fields.length - 16) / rowBytes))
  const places: Listed[] = []
  for (let row = 0; row < count; row++) {
    const at = 16 + row * rowBytes
    const time = isLong ? fields.u64(at) : fields.u32(at)
    const offset = isLong ? fields.u64(at + 8) : fields.u32(at + 4)
    if (isFirst(fields, at + rowBytes, numbers)) places.push({ offset, seconds: time / timescale })
  }
  return places
}

/** The run and the sample have number 1; `end` is where the row ends. */
function isFirst(fields: Fields, end: number, [, trun, sample]: number[]): boolean {
  const read = (at: number, lengthBytes: number) =>
    fields.bytes.subarray(at, at + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0)
  return read(end - sample!, sample!) === 1 && read(end - sample! - trun!, trun!) === 1
}

/**
 * The subsegments of a `sidx` whose box ends at `anchor`, and where the last of them ends. Null
 * where it names other indexes, or does not say whether decoding can begin.
 * ISO/IEC 14496-12, 8.16.3
 */
export function readSegmentIndex(
  sidx: Uint8Array,
  anchor: number,
): { places: Listed[]; end: number } | null {
  const fields = new Fields(sidx)
  const isLong = fields.u8(0) === 1
  const timescale = fields.u32(8)
  if (timescale === 0) return null
  let time = isLong ? fields.u64(12) : fields.u32(12)
  let offset = anchor + (isLong ? fields.u64(20) : fields.u32(16))
  const start = isLong ? 28 : 20
  const count = Math.min(fields.u16(start + 2), Math.floor((fields.length - start - 4) / 12))
  const places: Listed[] = []
  for (let at = start + 4; at < start + 4 + count * 12; at += 12) {
    const size = fields.u32(at)
    if (size >= 2 ** 31) return null
    if (fields.u32(at + 8) >= 2 ** 31) places.push({ offset, seconds: time / timescale })
    offset += size
    time += fields.u32(at + 4)
  }
  return { places, end: offset }
}
