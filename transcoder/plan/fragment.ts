import { findBox, listBoxes, listSampleEntries } from './box.ts'
import type { Box } from './box.ts'

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const hex = (...values: number[]) => values.map((v) => v.toString(16).padStart(2, '0')).join('')

/** What an init segment says. */
export interface InitFacts {
  /** RFC 6381, read from avcC or esds. */
  codecs: string
  /** Ticks a second of all times in the segments. */
  timescale: number
  defaultSampleTicks: number
  defaultSampleBytes: number
  defaultSampleFlags: number
  widthPx: number | null
  heightPx: number | null
  channels: number | null
}

/** `avc1.PPCCLL`: profile, compatibility and level as they stand in avcC. ISO/IEC 14496-15, 5.3.3 */
function readAvc(bytes: Uint8Array, entry: Box) {
  const avcC = findBox(bytes, ['avcC'], { ...entry, start: entry.start + 78 })
  if (!avcC) throw new Error('No avcC in the init segment')
  const data = view(bytes)
  return {
    codecs: `avc1.${hex(bytes[avcC.start + 1]!, bytes[avcC.start + 2]!, bytes[avcC.start + 3]!)}`,
    widthPx: data.getUint16(entry.start + 24),
    heightPx: data.getUint16(entry.start + 26),
    channels: null,
  }
}

/** A descriptor's payload; its length has 7 bits a byte. ISO/IEC 14496-1, 8.3.3 */
function readDescriptor(bytes: Uint8Array, at: number): { tag: number; start: number } {
  let start = at + 1
  while (bytes[start]! & 0x80) start++
  return { tag: bytes[at]!, start: start + 1 }
}

/** `mp4a.40.2`: object type from esds, audio object type from its first 5 bits. RFC 6381, 3.3 */
function readAac(bytes: Uint8Array, entry: Box) {
  const esds = findBox(bytes, ['esds'], { ...entry, start: entry.start + 28 })
  if (!esds) throw new Error('No esds in the init segment')
  const es = readDescriptor(bytes, esds.start + 4)
  const config = readDescriptor(bytes, es.start + 3) // ES_ID and flags, all flags 0 in our files
  const objectType = bytes[config.start]!
  const specific = readDescriptor(bytes, config.start + 13)
  const first = bytes[specific.start]!
  const audioType =
    first >> 3 === 31 ? 32 + (((first & 7) << 3) | (bytes[specific.start + 1]! >> 5)) : first >> 3
  return {
    codecs: `mp4a.${hex(objectType)}.${audioType}`,
    widthPx: null,
    heightPx: null,
    channels: view(bytes).getUint16(entry.start + 16),
  }
}

/** Throws when this is not an init segment of one H.264 or AAC track. */
export function readInit(bytes: Uint8Array): InitFacts {
  const moov = findBox(bytes, ['moov'])
  const trak = moov && findBox(bytes, ['trak'], moov)
  const mdhd = trak && findBox(bytes, ['mdia', 'mdhd'], trak)
  const trex = moov && findBox(bytes, ['mvex', 'trex'], moov)
  const entry = trak && listSampleEntries(bytes, trak)[0]
  if (!mdhd || !trex || !entry) throw new Error('The init segment is not complete')

  const data = view(bytes)
  const isLong = bytes[mdhd.start] === 1
  const sample = entry.type === 'avc1' ? readAvc(bytes, entry) : readAac(bytes, entry)
  return {
    ...sample,
    timescale: data.getUint32(mdhd.start + (isLong ? 20 : 12)),
    defaultSampleTicks: data.getUint32(trex.start + 12),
    defaultSampleBytes: data.getUint32(trex.start + 16),
    defaultSampleFlags: data.getUint32(trex.start + 20),
  }
}

/** Of a `moof`, which is never so large that its length needs 64 bits. */
const headerBytes = 8

/** What one media segment holds, measured on its samples. */
export interface SegmentFacts {
  startTicks: number
  durationTicks: number
  samples: number
  startsWithKey: boolean
  /** From the start of the segment to the end of its first sample. */
  firstSampleEnd: number
}

/** `sample_is_non_sync_sample`. ISO/IEC 14496-12, 8.8.3.1 */
const isSync = (flags: number): boolean => (flags & 0x10000) === 0

interface Defaults {
  ticks: number
  sizeBytes: number
  flags: number
}

/** tfhd overrides trex. ISO/IEC 14496-12, 8.8.7 */
function readDefaults(bytes: Uint8Array, tfhd: Box, init: InitFacts): Defaults {
  const data = view(bytes)
  const has = data.getUint32(tfhd.start) & 0xffffff
  let at = tfhd.start + 8 + (has & 0x01 ? 8 : 0) + (has & 0x02 ? 4 : 0)
  const ticks = has & 0x08 ? data.getUint32(at) : init.defaultSampleTicks
  at += has & 0x08 ? 4 : 0
  const sizeBytes = has & 0x10 ? data.getUint32(at) : init.defaultSampleBytes
  at += has & 0x10 ? 4 : 0
  return { ticks, sizeBytes, flags: has & 0x20 ? data.getUint32(at) : init.defaultSampleFlags }
}

/** One run of samples. ISO/IEC 14496-12, 8.8.8 */
function readRun(bytes: Uint8Array, trun: Box, defaults: Defaults) {
  const data = view(bytes)
  const has = data.getUint32(trun.start) & 0xffffff
  const samples = data.getUint32(trun.start + 4)
  const dataOffset = has & 0x01 ? data.getInt32(trun.start + 8) : 0
  let at = trun.start + 8 + (has & 0x01 ? 4 : 0)
  let firstFlags = defaults.flags
  if (has & 0x04) firstFlags = data.getUint32(at)
  at += has & 0x04 ? 4 : 0
  const flagsAt = (has & 0x100 ? 4 : 0) + (has & 0x200 ? 4 : 0)
  const sampleBytes = flagsAt + (has & 0x400 ? 4 : 0) + (has & 0x800 ? 4 : 0)
  if (at + samples * sampleBytes > trun.end) throw new Error('A sample run is cut off')
  if (has & 0x400 && samples > 0) firstFlags = data.getUint32(at + flagsAt)

  const sizeAt = at + (has & 0x100 ? 4 : 0)
  const firstBytes = has & 0x200 && samples > 0 ? data.getUint32(sizeAt) : defaults.sizeBytes

  let ticks = has & 0x100 ? 0 : samples * defaults.ticks
  if (has & 0x100) {
    for (let i = 0; i < samples; i++) ticks += data.getUint32(at + i * sampleBytes)
  }
  return { samples, ticks, startsWithKey: isSync(firstFlags), firstEnd: dataOffset + firstBytes }
}

/** Throws when the bytes hold no fragment. */
export function readSegment(bytes: Uint8Array, init: InitFacts): SegmentFacts {
  const facts: SegmentFacts = {
    startTicks: 0,
    durationTicks: 0,
    samples: 0,
    startsWithKey: false,
    firstSampleEnd: 0,
  }
  for (const moof of listBoxes(bytes).filter((box) => box.type === 'moof')) {
    const traf = findBox(bytes, ['traf'], moof)
    const tfhd = traf && findBox(bytes, ['tfhd'], traf)
    const tfdt = traf && findBox(bytes, ['tfdt'], traf)
    if (!traf || !tfhd || !tfdt) throw new Error('The fragment is not complete')
    const data = view(bytes)
    const isLong = bytes[tfdt.start] === 1
    const start = isLong
      ? Number(data.getBigUint64(tfdt.start + 4))
      : data.getUint32(tfdt.start + 4)
    const defaults = readDefaults(bytes, tfhd, init)
    for (const box of listBoxes(bytes, traf.start, traf.end)) {
      if (box.type !== 'trun') continue
      const run = readRun(bytes, box, defaults)
      if (facts.samples === 0) {
        facts.startTicks = start
        facts.startsWithKey = run.startsWithKey
        facts.firstSampleEnd = moof.start - headerBytes + run.firstEnd // default-base-is-moof
      }
      facts.samples += run.samples
      facts.durationTicks += run.ticks
    }
  }
  if (facts.samples === 0) throw new Error('The segment holds no samples')
  return facts
}
