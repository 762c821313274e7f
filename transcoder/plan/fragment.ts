import { describeAac } from '#media/codec/aac.ts'
import { describeAv1 } from '#media/codec/av1.ts'
import { describeAvc } from '#media/codec/avc.ts'
import { readEsds } from '#media/codec/descriptor.ts'
import { describeHevc } from '#media/codec/hevc.ts'
import { findBox, listBoxes, listSampleEntries } from './box.ts'
import type { Box } from './box.ts'

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** What an init segment says. */
export interface InitFacts {
  /** RFC 6381, read from the codec's own configuration. */
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

type SampleFacts = Pick<InitFacts, 'codecs' | 'widthPx' | 'heightPx' | 'channels'>

/** Four characters of a picture's sample entry → its configuration box and who reads that. */
const pictures: Record<
  string,
  [box: string, describe: (config: Uint8Array) => { codecs: string }]
> = { avc1: ['avcC', describeAvc], hvc1: ['hvcC', describeHevc], av01: ['av1C', describeAv1] }

/** Bytes of a sample entry before its boxes. ISO/IEC 14496-12, 12.1.3 and 12.2.3 */
const headBytes = { picture: 78, sound: 28 }

function readConfig(bytes: Uint8Array, entry: Box, type: string, skip: number): Uint8Array {
  const box = findBox(bytes, [type], { ...entry, start: entry.start + skip })
  if (!box) throw new Error(`No ${type} in the init segment`)
  return bytes.subarray(box.start, box.end)
}

/** The entry's own count of channels is 2 for any AAC: the configuration knows better. */
function readSample(bytes: Uint8Array, entry: Box): SampleFacts {
  const picture = pictures[entry.type]
  if (!picture) {
    const { config } = readEsds(readConfig(bytes, entry, 'esds', headBytes.sound))
    if (!config) throw new Error('No configuration of AAC in the init segment')
    const { codecs, channels } = describeAac(config)
    return { codecs, widthPx: null, heightPx: null, channels }
  }
  const [box, describe] = picture
  const data = view(bytes)
  return {
    codecs: describe(readConfig(bytes, entry, box, headBytes.picture)).codecs,
    widthPx: data.getUint16(entry.start + 24),
    heightPx: data.getUint16(entry.start + 26),
    channels: null,
  }
}

/** Throws when this is not an init segment of one H.264, HEVC, AV1 or AAC track. */
export function readInit(bytes: Uint8Array): InitFacts {
  const moov = findBox(bytes, ['moov'])
  const trak = moov && findBox(bytes, ['trak'], moov)
  const mdhd = trak && findBox(bytes, ['mdia', 'mdhd'], trak)
  const trex = moov && findBox(bytes, ['mvex', 'trex'], moov)
  const entry = trak && listSampleEntries(bytes, trak)[0]
  if (!mdhd || !trex || !entry) throw new Error('The init segment is not complete')

  const data = view(bytes)
  const isLong = bytes[mdhd.start] === 1
  return {
    ...readSample(bytes, entry),
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
