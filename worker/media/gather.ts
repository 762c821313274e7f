import { ByteWriter } from './bytes.ts'
import { findExtent, timeSamples, writePage } from './page.ts'
import { createRows, dropRows, grow, type Rows } from './rows.ts'
import { fragmentBytes } from './write/fragment.ts'

/** A segment as the index lists it; times in ticks. */
export interface Segment {
  start: number
  /** As it is written, with its headers. */
  sizeBytes: number
  /** The bytes of the source that it needs. */
  from: number
  to: number
  /** Of its page in the index. */
  pageBytes: number
}

/** A track cut into segments. */
export interface CutTrack {
  /** Ticks a second. */
  timescale: number
  /** Ticks from the first sample to the film's 0. */
  primingTicks: number
  /** End of the last sample, in ticks. */
  end: number
  segments: Segment[]
  /** Of all segments, one behind the other; empty for sliced films. */
  pages: Uint8Array
}

/** What one answer may hold in memory besides the segment itself. */
const maxExtentBytes = 48 * 1024 * 1024

/** No sane segment has more; one that would is closed, to keep memory small. */
export const maxSegmentSamples = 65_536

/** Collects samples until they are closed as a segment. Holds no more than those. */
export class SegmentGatherer {
  readonly rows: Rows = createRows()
  readonly segments: Segment[] = []
  /** Some segment's bytes lie too far apart to be read at once. */
  isScattered = false
  #pages = new ByteWriter()
  #notBefore = 0

  /** `start` and `end` in ticks, none below 0. */
  add(offset: number, sizeBytes: number, start: number, end: number, isSync: boolean): void {
    const { rows } = this
    grow(rows)
    const at = rows.count++
    rows.offsets[at] = offset
    rows.sizes[at] = sizeBytes
    rows.starts[at] = start
    rows.ends[at] = end
    rows.syncs[at] = isSync ? 1 : 0
  }

  /** Makes a segment of the first `count` samples; `end` is where the next one begins. */
  close(count: number, end: number): void {
    const { rows } = this
    const timing = timeSamples(rows.starts.subarray(0, count), end, this.#notBefore)
    const sizes = rows.sizes.subarray(0, count)
    const { from, to } = findExtent(rows, count)
    if (to - from > maxExtentBytes) this.isScattered = true

    const pageStart = this.#pages.sizeBytes
    writePage(this.#pages, { rows, count, from, timing })
    this.segments.push({
      start: timing.baseTime,
      sizeBytes: fragmentBytes({ ...timing, sizes, syncs: rows.syncs.subarray(0, count) }),
      from,
      to,
      pageBytes: this.#pages.sizeBytes - pageStart,
    })
    this.#notBefore = end
    dropRows(rows, count)
  }

  /** Makes the last segment of all samples that are left, and answers the end of the last one. */
  finish(): number {
    const { rows } = this
    let end = this.#notBefore
    for (let i = 0; i < rows.count; i++) end = Math.max(end, rows.ends[i]!)
    if (rows.count) this.close(rows.count, end)
    return end
  }

  pages(): Uint8Array {
    return this.#pages.join()
  }
}
