import { type ByteReader, type ByteWriter } from './bytes.ts'
import type { Rows } from './rows.ts'

/** Samples of one segment as a fragment writes them; times in ticks. */
export interface Timing {
  /** When the first is decoded; never below 0. */
  baseTime: number
  /** From each to the next, in decoding order. */
  durations: Float64Array
  /** What is added to the time of decoding to come to that of showing; may be negative. */
  compositions: Float64Array
}

/** What an index keeps of a segment: its samples, and where their bytes lie. */
export interface Page extends Timing {
  count: number
  sizes: Float64Array
  /** 1 where decoding can begin. */
  syncs: ArrayLike<number>
  /** In file order of the samples, counted from the start of the segment's extent. */
  runs: Run[]
}

/** Bytes of samples that follow each other. */
interface Run {
  offset: number
  lengthBytes: number
}

/**
 * The nth sample is decoded when the nth is shown: a segment then begins at the first moment that
 * it shows, lasts as long as it shows, and needs no decoding times of the file, which may be wrong.
 * Two samples at one moment are put a tick apart; nothing begins before `notBefore`.
 *
 * `end` is where the next segment begins, or else the end of the last sample.
 */
export function timeSamples(starts: Float64Array, end: number, notBefore: number): Timing {
  const count = starts.length
  const shown = starts.slice()
  if (!isRising(shown)) shown.sort()
  let earliest = notBefore
  for (let i = 0; i < count; i++) {
    earliest = shown[i] = Math.max(shown[i]!, earliest)
    earliest++
  }
  const durations = new Float64Array(count)
  for (let i = 1; i < count; i++) durations[i - 1] = shown[i]! - shown[i - 1]!
  if (count) durations[count - 1] = Math.max(1, end - shown[count - 1]!)
  const baseTime = shown[0] ?? notBefore
  for (let i = 0; i < count; i++) shown[i] = starts[i]! - shown[i]!
  return { baseTime, durations, compositions: shown }
}

function isRising(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) return false
  return true
}

/** Where the bytes of the first `count` rows lie: `to` is behind the last one. */
export function findExtent(rows: Rows, count: number): { from: number; to: number } {
  let from = Infinity
  let to = 0
  for (let i = 0; i < count; i++) {
    from = Math.min(from, rows.offsets[i]!)
    to = Math.max(to, rows.offsets[i]! + rows.sizes[i]!)
  }
  return { from, to }
}

/** Writes the first `count` rows as a page; `from` is the start of their extent. */
export function writePage(
  out: ByteWriter,
  { rows, count, from, timing }: { rows: Rows; count: number; from: number; timing: Timing },
): void {
  out.varint(count)
  out.varint(timing.baseTime)
  out.column(rows.sizes, count)
  out.column(timing.durations, count)
  out.column(timing.compositions, count)
  out.column(rows.syncs, count)
  writeRuns(out, rows, count, from)
}

/** How many samples lie side by side, and how far the next such run is from the end of the last. */
function writeRuns(out: ByteWriter, { offsets, sizes }: Rows, count: number, from: number): void {
  const counts: number[] = []
  const gaps: number[] = []
  let end = from
  for (let i = 0; i < count; i++) {
    if (i === 0 || offsets[i] !== end) {
      gaps.push(offsets[i]! - end)
      counts.push(0)
    }
    counts[counts.length - 1]!++
    end = offsets[i]! + sizes[i]!
  }
  out.varint(counts.length)
  out.column(counts)
  out.column(gaps)
}

export function readPage(reader: ByteReader): Page {
  const count = reader.varint()
  const baseTime = reader.varint()
  const sizes = reader.column(count)
  return {
    count,
    baseTime,
    sizes,
    durations: reader.column(count),
    compositions: reader.column(count),
    syncs: reader.column(count),
    runs: readRuns(reader, sizes),
  }
}

function readRuns(reader: ByteReader, sizes: Float64Array): Run[] {
  const count = reader.varint()
  const counts = reader.column(count)
  const gaps = reader.column(count)
  let sample = 0
  let end = 0
  return Array.from(counts, (samples, run) => {
    const offset = end + gaps[run]!
    let lengthBytes = 0
    for (let i = 0; i < samples; i++) lengthBytes += sizes[sample++]!
    end = offset + lengthBytes
    return { offset, lengthBytes }
  })
}
