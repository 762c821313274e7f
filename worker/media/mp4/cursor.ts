import type { Sample } from '../film.ts'
import type { SampleTable } from './table.ts'

/**
 * Walks a sample table in decoding order, a few numbers of state and nothing made on the way. Times
 * begin with `start`; edits are not applied.
 */
export class SampleCursor {
  /** The sample it stands on; changed by each step. */
  readonly sample: Sample = {
    ...{ offset: 0, sizeBytes: 0, dts: 0, pts: 0, duration: 0 },
    isSync: false,
  }
  /** Of that sample, from 0. */
  index = -1

  readonly #table: SampleTable
  #nextOffset = 0
  #nextDts: number

  #chunk = 0
  #leftInChunk = 0
  #run = -1
  #samplesPerChunk = 0
  #lastChunkOfRun = 0

  #durationRow = -1
  #leftOfDuration = 0

  #offsetRow = -1
  #leftOfOffset = 0
  #offset = 0

  #syncRow = 0
  #nextSync: number

  constructor(table: SampleTable, start = 0) {
    this.#table = table
    this.#nextDts = start
    this.#nextSync = this.#syncAt(0)
  }

  /** False after the last. */
  step(): boolean {
    if (this.index + 1 >= this.#table.count) return false
    this.index++
    if (this.#leftInChunk === 0) this.#enterChunk()
    if (this.#leftOfDuration === 0) this.#enterDuration()
    if (this.#leftOfOffset === 0) this.#enterOffset()
    this.#leftInChunk--
    this.#leftOfDuration--
    this.#leftOfOffset--

    const { sample } = this
    sample.offset = this.#nextOffset
    sample.sizeBytes = this.#sizeOf(this.index)
    sample.dts = this.#nextDts
    sample.pts = this.#nextDts + this.#offset
    sample.isSync = this.#isSync()
    this.#nextOffset += sample.sizeBytes
    this.#nextDts += sample.duration
    return true
  }

  #sizeOf(index: number): number {
    const { constantBytes, sizes, sizeBits } = this.#table
    if (constantBytes !== 0) return constantBytes
    if (sizeBits === 32) return sizes.view.getUint32(index * 4)
    if (sizeBits === 16) return sizes.view.getUint16(index * 2)
    if (sizeBits === 8) return sizes.view.getUint8(index)
    const pair = sizes.view.getUint8(index >> 1)
    return index % 2 === 0 ? pair >> 4 : pair & 15
  }

  /** The table was checked: there is a chunk for every sample, though some may hold none. */
  #enterChunk(): void {
    const { chunks, hasLongOffsets, runs } = this.#table
    do {
      if (this.#chunk === this.#lastChunkOfRun) {
        this.#run++
        this.#samplesPerChunk = runs.view.getUint32(this.#run * 12 + 4)
        const isLast = this.#run + 1 === runs.count
        const next = isLast ? chunks.count + 1 : runs.view.getUint32(this.#run * 12 + 12)
        this.#lastChunkOfRun = next - 1
      }
      this.#chunk++
    } while (this.#samplesPerChunk === 0)
    this.#leftInChunk = this.#samplesPerChunk
    const at = this.#chunk - 1
    this.#nextOffset = hasLongOffsets
      ? chunks.view.getUint32(at * 8) * 2 ** 32 + chunks.view.getUint32(at * 8 + 4)
      : chunks.view.getUint32(at * 4)
  }

  /** The last duration holds on where a table is too short, as elsewhere it is taken to. */
  #enterDuration(): void {
    const { view, count } = this.#table.durations
    while (this.#leftOfDuration === 0) {
      this.#durationRow++
      if (this.#durationRow >= count) {
        this.#leftOfDuration = Infinity
        return
      }
      this.#leftOfDuration = view.getUint32(this.#durationRow * 8)
      this.sample.duration = view.getUint32(this.#durationRow * 8 + 4)
    }
  }

  #enterOffset(): void {
    const { view, count } = this.#table.offsets
    while (this.#leftOfOffset === 0) {
      this.#offsetRow++
      if (this.#offsetRow >= count) {
        this.#leftOfOffset = Infinity
        this.#offset = 0
        return
      }
      this.#leftOfOffset = view.getUint32(this.#offsetRow * 8)
      this.#offset = view.getInt32(this.#offsetRow * 8 + 4)
    }
  }

  #isSync(): boolean {
    if (this.#table.syncs === null) return true
    const number = this.index + 1
    while (this.#nextSync < number) this.#nextSync = this.#syncAt(++this.#syncRow)
    return this.#nextSync === number
  }

  #syncAt(row: number): number {
    const { syncs } = this.#table
    return syncs && row < syncs.count ? syncs.view.getUint32(row * 4) : Infinity
  }
}
