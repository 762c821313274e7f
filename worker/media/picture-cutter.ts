import { maxSegmentSamples, type SegmentGatherer } from './gather.ts'
import { isFull, isLongGop } from './plan.ts'

interface Picture {
  offset: number
  sizeBytes: number
  /** In ticks, settled. */
  start: number
  end: number
  isSync: boolean
}

/** A place in the film where a group of pictures may begin. */
interface Start {
  /** In the gatherer. */
  row: number
  /** In ticks. */
  start: number
  bytesBefore: number
  offset: number
  sizeBytes: number
  /** No picture after it is shown before it. */
  isClosed: boolean
}

export type KeyFrame = Pick<Start, 'offset' | 'sizeBytes'>

const keyFramesKept = 2

/**
 * Closes a segment at the first key frame after it is full. Only a key frame that begins a closed
 * group counts: where pictures that follow it are shown before it, they need the group before, and
 * browsers do not start there. Whether it does is known when the next key frame comes.
 */
export class PictureCutter {
  /** Some group is longer than may be played; it was cut all the same, to keep memory small. */
  hasLongGop = false
  pictures = 0
  /** Some after the first. */
  readonly keyFrames: KeyFrame[] = []
  readonly #gatherer: SegmentGatherer
  readonly #timescale: number
  #bytes = 0
  #candidate: Start | null = null
  /** The last ones that were closed, of a group and of a segment. */
  #group = { start: 0, bytesBefore: 0 }
  #segment = { start: 0, bytesBefore: 0 }

  constructor(gatherer: SegmentGatherer, timescale: number) {
    this.#gatherer = gatherer
    this.#timescale = timescale
  }

  add({ offset, sizeBytes, start, end, isSync }: Picture): void {
    const { rows } = this.#gatherer
    if (isSync) {
      this.#decide()
      const [row, bytesBefore] = [rows.count, this.#bytes]
      this.#candidate = { row, start, bytesBefore, offset, sizeBytes, isClosed: true }
    } else if (this.#candidate && start < this.#candidate.start) this.#candidate.isClosed = false
    this.#gatherer.add(offset, sizeBytes, start, end, isSync)
    this.#bytes += sizeBytes
    this.pictures++
    if (rows.count >= maxSegmentSamples || this.#isLong(start)) this.#giveUp(end)
  }

  /** After the last picture. */
  finish(): void {
    this.#decide()
  }

  /** All pictures of the candidate are known. */
  #decide(): void {
    const key = this.#candidate
    const { rows } = this.#gatherer
    if (!key || (key.row === 0 && this.pictures === rows.count)) return
    if (!key.isClosed) {
      rows.syncs[key.row] = 0
      return
    }
    if (this.keyFrames.length < keyFramesKept) this.keyFrames.push(key)
    this.#group = key
    const seconds = (key.start - this.#segment.start) / this.#timescale
    if (key.row === 0 || !isFull(seconds, key.bytesBefore - this.#segment.bytesBefore)) return
    this.#gatherer.close(key.row, key.start)
    this.#segment = key
  }

  #isLong(start: number): boolean {
    const group = this.#candidate?.isClosed ? this.#candidate : this.#group
    return isLongGop((start - group.start) / this.#timescale, this.#bytes - group.bytesBefore)
  }

  #giveUp(end: number): void {
    this.hasLongGop = true
    this.#candidate = null
    this.#gatherer.close(this.#gatherer.rows.count, end)
    this.#group = this.#segment = { start: end, bytesBefore: this.#bytes }
  }
}
