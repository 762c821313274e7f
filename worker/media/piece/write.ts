/** A plain MP4 or MOV of one picture track, tables first: ISO/IEC 14496-12. */
import { ascii, box, type Bytes, fixed, fullBox, u16, u32, u64, zeros } from '../write/box.ts'
import type { SampleColumns } from './samples.ts'

/** What is taken from the source as it stands, for decoders to see what they would see there. */
export interface Originals {
  /** Body of `ftyp`; null where QuickTime leaves it out. */
  brands: Uint8Array | null
  /** Nine numbers each. */
  movieMatrix: Uint8Array
  trackMatrix: Uint8Array
  /** Width and height as shown, before the matrix. */
  shownSize: Uint8Array
  /** Version and flags of `stsd`, and the sample entry with its header. */
  description: Uint8Array
  entry: Uint8Array
  /** Ticks a second. */
  timescale: number
}

/** Times of the samples to write, and which part of them is shown. */
export interface Timeline {
  /** Added to all moments shown. */
  shift: number
  /** In ticks of the piece; null for all. */
  shown: { start: number; end: number } | null
}

const enabledInMovie = 3
const selfContained = 1

/** All that comes before the bytes of the samples. Decoding begins at 0. */
export function writeFront(
  originals: Originals,
  samples: SampleColumns,
  timeline: Timeline,
): Uint8Array[] {
  const payloadBytes = samples.sizes.reduce((sum, size) => sum + size, 0)
  const brands = originals.brands ?? Uint8Array.from([...ascii('qt  '), ...zeros(4)])
  const typeBox = box('ftyp', brands)
  const blank = movieBox(originals, samples, timeline, 0)
  const dataOffset = typeBox.length + blank.length + mdatHeaderBytes
  const movie = movieBox(originals, samples, timeline, dataOffset)
  return [typeBox, movie, Uint8Array.from(mdatHeader(payloadBytes))]
}

const mdatHeaderBytes = 16
const mdatHeader = (payloadBytes: number) => [
  ...[...u32(1), ...ascii('mdat')],
  ...u64(mdatHeaderBytes + payloadBytes),
]

function movieBox(
  originals: Originals,
  samples: SampleColumns,
  timeline: Timeline,
  dataOffset: number,
): Uint8Array {
  const { timescale, movieMatrix, trackMatrix, shownSize } = originals
  const first = samples.dts[0]!
  const last = samples.dts.length - 1
  const mediaTicks = samples.dts[last]! + samples.durations[last]! - first
  const { shown } = timeline
  const shownTicks = shown ? shown.end - shown.start : mediaTicks
  const header = fullBox(
    'mvhd',
    ...[1, 0],
    ...[zeros(16), u32(timescale), u64(shownTicks)],
    ...[fixed(1), [1, 0], zeros(10)], // rate and volume
    movieMatrix,
    ...[zeros(24), u32(2)],
  )
  const trackHeader = fullBox(
    'tkhd',
    ...[1, enabledInMovie],
    ...[zeros(16), u32(1), zeros(4), u64(shownTicks), zeros(16)],
    trackMatrix,
    shownSize,
  )
  const media = box(
    'mdia',
    fullBox('mdhd', 1, 0, zeros(16), u32(timescale), u64(mediaTicks), u16(0x55c4), u16(0)),
    fullBox('hdlr', 0, 0, zeros(4), ascii('vide'), zeros(13)),
    mediaInformation(originals, samples, timeline, dataOffset),
  )
  const edit = shown ? [editBox(shown.start, shownTicks)] : []
  return box('moov', header, box('trak', trackHeader, ...edit, media))
}

const editBox = (start: number, ticks: number) =>
  box('edts', fullBox('elst', 1, 0, u32(1), u64(ticks), u64(start), fixed(1)))

function mediaInformation(
  { description, entry }: Originals,
  samples: SampleColumns,
  timeline: Timeline,
  dataOffset: number,
): Uint8Array {
  const reference = fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, selfContained))
  const count = samples.sizes.length
  const keys = samples.syncs.flatMap((isSync, i) => (isSync ? [i + 1] : []))
  const tables = box(
    'stbl',
    box('stsd', description, u32(1), entry),
    ...timeTables(samples, timeline),
    ...(keys.length < count ? [fullBox('stss', 0, 0, u32(keys.length), words(keys))] : []),
    fullBox('stsc', 0, 0, u32(1), u32(1), u32(count), u32(1)),
    fullBox('stsz', 0, 0, u32(0), u32(count), words(samples.sizes)),
    fullBox('co64', 0, 0, u32(1), u64(dataOffset)),
  )
  return box('minf', fullBox('vmhd', 0, 1, zeros(8)), box('dinf', reference), tables)
}

/** Decoding times as steps; a shift is taken on by the first of them. */
function timeTables({ dts, pts, durations }: SampleColumns, { shift }: Timeline): Uint8Array[] {
  const steps = dts.map((time, i) => (i + 1 < dts.length ? dts[i + 1]! - time : durations[i]!))
  steps[0]! += dts.length > 1 ? shift : 0
  const leads = pts.map((time, i) => time - dts[i]! + (i === 0 ? shift : 0))
  const [stepRows, leadRows] = [toRows(steps), toRows(leads)]
  return [
    fullBox('stts', 0, 0, u32(stepRows.length / 2), words(stepRows)),
    ...(leads.some((lead) => lead !== 0)
      ? [fullBox('ctts', 1, 0, u32(leadRows.length / 2), words(leadRows))]
      : []),
  ]
}

/** How many alike, and what. */
function toRows(values: number[]): number[] {
  const rows: number[] = []
  for (const value of values) {
    if (rows.length && rows.at(-1) === value) rows[rows.length - 2]! += 1
    else rows.push(1, value)
  }
  return rows
}

function words(values: number[]): Bytes {
  const bytes = new Uint8Array(values.length * 4)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < values.length; i++) view.setInt32(i * 4, values[i]!)
  return bytes
}
