import { MediaError } from '../film.ts'
import { findBox, getBox, viewOf } from './box.ts'
import type { Box } from './box.ts'

/** Entries of a table as they lie in the file: nothing is copied out of `moov`. */
export interface Rows {
  view: DataView
  count: number
}

/** The sample table of a track. ISO/IEC 14496-12, 8.5 and 8.6 */
export interface SampleTable {
  count: number
  /** Of every sample; 0 where `sizes` has them. */
  constantBytes: number
  sizes: Rows
  /** Bits of an entry of `sizes`: 4, 8, 16 or 32. */
  sizeBits: number
  /** Offsets of 4 or 8 bytes. */
  chunks: Rows
  hasLongOffsets: boolean
  /** First chunk, samples a chunk, description. */
  runs: Rows
  /** Samples, ticks. */
  durations: Rows
  /** Samples, ticks from decoding to showing, which may be negative whatever the version. */
  offsets: Rows
  /** Numbers from 1; null where decoding can begin at every sample. */
  syncs: Rows | null
  /** From 1, of the first sample. */
  description: number
  hasOneDescription: boolean
}

const none: Rows = { view: new DataView(new ArrayBuffer(0)), count: 0 }
const maxTicks = 2 ** 50

function damaged(message: string): MediaError {
  return new MediaError('damaged', message)
}

/** A table whose entries begin at byte 8 and are counted before that. */
function readRows(body: Uint8Array | null, entryBytes: number): Rows {
  if (!body) return none
  if (body.length < 8) throw damaged('A table is cut off')
  const count = viewOf(body).getUint32(4)
  if (count * entryBytes > body.length - 8) throw damaged('A table is cut off')
  return { view: viewOf(body.subarray(8)), count }
}

type Sizes = Pick<SampleTable, 'count' | 'constantBytes' | 'sizes' | 'sizeBits'>

/** Sizes have a box of their own where they are small. */
function readSizes(stbl: Box[]): Sizes {
  const compact = findBox(stbl, 'stz2')
  const body = compact ?? getBox(stbl, 'stsz')
  if (body.length < 12) throw damaged('The table of sizes is cut off')
  const view = viewOf(body)
  const count = view.getUint32(8)
  const constantBytes = compact ? 0 : view.getUint32(4)
  const sizeBits = compact ? view.getUint8(7) : 32
  if (![4, 8, 16, 32].includes(sizeBits)) throw damaged('Sizes have an unknown length')
  const isListed = constantBytes === 0
  if (isListed && count * sizeBits > (body.length - 12) * 8) {
    throw damaged('The table of sizes is cut off')
  }
  return { count, constantBytes, sizes: { view: viewOf(body.subarray(12)), count }, sizeBits }
}

/** Chunks must rise from 1 and hold all samples. */
function checkRuns(runs: Rows, chunks: number, samples: number) {
  let held = 0
  let hasOneDescription = true
  const description = runs.count ? runs.view.getUint32(8) : 1
  for (let i = 0; i < runs.count; i++) {
    const first = runs.view.getUint32(i * 12)
    const next = i + 1 < runs.count ? runs.view.getUint32(i * 12 + 12) : chunks + 1
    if (first >= next || (i === 0 && first !== 1)) throw damaged('Chunks and their runs contradict')
    held += (next - first) * runs.view.getUint32(i * 12 + 4)
    if (runs.view.getUint32(i * 12 + 8) !== description) hasOneDescription = false
  }
  if (held < samples) throw damaged('Chunks hold fewer samples than there are')
  return { description, hasOneDescription }
}

/** Decoding times must stay numbers that can be counted exactly. */
function checkDurations(durations: Rows, samples: number): void {
  if (samples > 0 && durations.count === 0) throw damaged('Samples have no times')
  let left = samples
  let ticks = 0
  for (let i = 0; i < durations.count && left > 0; i++) {
    const isLast = i === durations.count - 1
    const count = isLast ? left : Math.min(left, durations.view.getUint32(i * 8))
    ticks += count * durations.view.getUint32(i * 8 + 4)
    left -= count
  }
  if (ticks > maxTicks) throw damaged('Samples lie centuries apart')
}

/**
 * `stbl` are the boxes of a sample table. Entries are bounded by the bytes of their box, so only a
 * constant size can count more samples than there are bytes. Throws `damaged`.
 */
export function readSampleTable(stbl: Box[]): SampleTable {
  const sizes = readSizes(stbl)
  const long = findBox(stbl, 'co64')
  const chunks = long ? readRows(long, 8) : readRows(getBox(stbl, 'stco'), 4)
  const runs = readRows(getBox(stbl, 'stsc'), 12)
  const durations = readRows(getBox(stbl, 'stts'), 8)
  const syncs = findBox(stbl, 'stss')
  checkDurations(durations, sizes.count)
  return {
    ...sizes,
    chunks,
    hasLongOffsets: long !== null,
    runs,
    ...checkRuns(runs, chunks.count, sizes.count),
    durations,
    offsets: readRows(findBox(stbl, 'ctts'), 8),
    syncs: syncs && readRows(syncs, 4),
  }
}

/** How many samples `stbl` counts; 0 where it counts none or is not there. */
export function countSamples(stbl: Box[]): number {
  const body = findBox(stbl, 'stz2') ?? findBox(stbl, 'stsz')
  return body && body.length >= 12 ? viewOf(body).getUint32(8) : 0
}
