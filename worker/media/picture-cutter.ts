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

/** A key frame: when it is shown, in ticks, and how many bytes of pictures came before it. */
interface Start {
  start: number
  bytesBefore: number
}

export type KeyFrame = Pick<Picture, 'offset' | 'sizeBytes'>

const keyFramesKept = 2

/** Closes a segment at the first key frame after it is full. */
export class PictureCutter {
  /** Some group is longer than may be played; it was cut all the same, to keep memory small. */
  hasLongGop = false
  /** Pictures that follow a key frame are shown before it: they need the group before. */
  hasOpenGop = false
  pictures = 0
  /** Some after the first. */
  readonly keyFrames: KeyFrame[] = []
  readonly #gatherer: SegmentGatherer
  readonly #timescale: number
  #bytes = 0
  #group: Start | null = null
  #segment: Start = { start: 0, bytesBefore: 0 }

  constructor(gatherer: SegmentGatherer, timescale: number) {
    this.#gatherer = gatherer
    this.#timescale = timescale
  }

  add(picture: Picture): void {
    const { offset, sizeBytes, start, end, isSync } = picture
    if (isSync) this.#begin(picture)
    this.#group ??= { start, bytesBefore: this.#bytes }
    if (start < this.#group.start) this.hasOpenGop = true
    this.#gatherer.add(offset, sizeBytes, start, end, isSync)
    this.#bytes += sizeBytes
    this.pictures++
    if (this.#isLong(start)) this.#giveUp(end)
  }

  #begin({ offset, sizeBytes, start }: Picture): void {
    const { rows, segments } = this.#gatherer
    if (this.#group && this.keyFrames.length < keyFramesKept) {
      this.keyFrames.push({ offset, sizeBytes })
    }
    this.#group = { start, bytesBefore: this.#bytes }
    const seconds = (start - this.#segment.start) / this.#timescale
    const sizeSoFar = this.#bytes - this.#segment.bytesBefore
    if (rows.count === 0 || !isFull(seconds, sizeSoFar, segments.length)) return
    this.#gatherer.close(rows.count, start)
    this.#segment = this.#group
  }

  #isLong(start: number): boolean {
    const group = this.#group!
    const seconds = (start - group.start) / this.#timescale
    const isCrowded = this.#gatherer.rows.count >= maxSegmentSamples
    return isCrowded || isLongGop(seconds, this.#bytes - group.bytesBefore)
  }

  #giveUp(end: number): void {
    this.hasLongGop = true
    this.#gatherer.close(this.#gatherer.rows.count, end)
    this.#group = this.#segment = { start: end, bytesBefore: this.#bytes }
  }
}
