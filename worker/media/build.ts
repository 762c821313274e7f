/** Films whose samples are all known: one pass over each track cuts it into segments. */
import { type AudioTrack, MediaError, type SampledTrack, type VideoTrack } from './film.ts'
import { type CutTrack, SegmentGatherer } from './gather.ts'
import { type Gop, isLongGop, planCut, planLastCut, soundBorders } from './plan.ts'
import { maxHiddenPictures, planSettling, type Settling, settle } from './settle.ts'

/** A day of 50 pictures a second. */
const maxSamples = 5_000_000
const maxSegmentSamples = 65_536
/** As much as any decoder wants to hear before the film begins. */
const maxPrimingSeconds = 0.25

export interface CutVideo extends CutTrack {
  hasLongGop: boolean
  isStartTooFar: boolean
  isScattered: boolean
  framesPerSecond: number
}

export interface CutAudio extends CutTrack {
  /** First moment heard. */
  startSeconds: number
  isScattered: boolean
}

/** Throws `damaged` where the tables lie, `too_costly` beyond five million pictures. */
export function cutVideo({ track, count, samples }: SampledTrack<VideoTrack>): CutVideo {
  if (count > maxSamples) throw new MediaError('too_costly', 'Too many pictures')
  const settling = planSettling(track.timescale, samples())
  const gatherer = new SegmentGatherer()
  const groups = new Groups(gatherer, settling.timescale)
  for (const { offset, sizeBytes, pts, duration, isSync } of samples()) {
    if (sizeBytes === 0) continue // an empty one stands for the picture before it
    groups.beginWith(isSync)
    const start = settle(settling, pts)
    const end = Math.max(start, (pts + duration) * settling.factor)
    gatherer.add(offset, sizeBytes, start, end, isSync)
    groups.include(start, sizeBytes)
  }
  groups.finish()
  const end = gatherer.finish()
  return {
    timescale: settling.timescale,
    primingTicks: 0,
    end,
    segments: gatherer.segments,
    pages: gatherer.pages(),
    hasLongGop: groups.hasLong,
    isStartTooFar: settling.hidden.length > maxHiddenPictures,
    isScattered: gatherer.isScattered,
    framesPerSecond: toRate(groups.pictures, settling, end),
  }
}

/** Of the pictures that are shown, from the first to the end of the last. */
function toRate(
  pictures: number,
  { hidden, firstShown, factor, timescale }: Settling,
  end: number,
) {
  const ticks = end - firstShown * factor
  return ticks > 0 ? ((pictures - hidden.length) * timescale) / ticks : 0
}

/** The groups of pictures that are not yet part of a segment. */
class Groups {
  hasLong = false
  pictures = 0
  readonly #gatherer: SegmentGatherer
  readonly #timescale: number
  /** Those that are whole; `row` is where a group begins in the gatherer. */
  #whole: (Gop & { row: number; start: number })[] = []
  #row = 0
  #keyStart = 0
  #start = Infinity
  #bytes = 0
  #bytesBefore = 0

  constructor(gatherer: SegmentGatherer, timescale: number) {
    this.#gatherer = gatherer
    this.#timescale = timescale
  }

  /** To be told before each picture. */
  beginWith(isSync: boolean): void {
    const isEmpty = this.#start === Infinity
    if (!isEmpty && isSync) this.end()
  }

  /** The picture that was just gathered. A group that never ends is ended; it will not be played. */
  include(start: number, sizeBytes: number): void {
    if (this.#start === Infinity) this.#keyStart = start
    this.#start = Math.min(this.#start, start)
    this.#bytes += sizeBytes
    this.pictures++
    const seconds = (start - this.#keyStart) / this.#timescale
    const count = this.#gatherer.rows.count - this.#row
    if (!isLongGop(seconds, this.#bytes) && count < maxSegmentSamples) return
    this.hasLong = true
    this.end()
  }

  /** Closes the group, and each segment that it completes. */
  end(): void {
    if (this.#start === Infinity) return
    this.#whole.push({
      startSeconds: this.#start / this.#timescale,
      bytesBefore: this.#bytesBefore,
      isClosed: this.#start >= this.#keyStart,
      row: this.#row,
      start: this.#start,
    })
    this.#bytesBefore += this.#bytes
    this.#bytes = 0
    this.#start = Infinity
    this.#row = this.#gatherer.rows.count
    this.#cutWhile(planCut)
  }

  /** After the last picture. */
  finish(): void {
    this.end()
    this.#cutWhile(planLastCut)
  }

  #cutWhile(plan: (gops: readonly Gop[]) => number): void {
    for (let count = plan(this.#whole); count > 0; count = plan(this.#whole)) this.#cut(count)
  }

  #cut(count: number): void {
    const { row, start } = this.#whole[count]!
    this.#gatherer.close(row, start)
    this.#row -= row
    this.#whole = this.#whole.slice(count)
    for (const group of this.#whole) group.row -= row
  }
}

/** Where the picture's segments begin, and where it ends, in seconds. */
export interface PictureCuts {
  starts: number[]
  end: number
}

/** Sound is cut where the picture is. Throws as `cutVideo` does. */
export function cutAudio(
  { track, count, samples }: SampledTrack<AudioTrack>,
  picture: PictureCuts,
): CutAudio {
  if (count > maxSamples) throw new MediaError('too_costly', 'Too many packets of sound')
  const { timescale } = track
  const borders = soundBorders(picture.starts, picture.end)
  const gatherer = new SegmentGatherer()
  let border = borders.next().value * timescale
  let primingTicks = -1
  let startSeconds = 0
  for (const { offset, sizeBytes, pts, duration } of samples()) {
    if (sizeBytes === 0 || pts + duration < -maxPrimingSeconds * timescale) continue
    if (primingTicks < 0) {
      primingTicks = Math.max(0, -pts)
      startSeconds = Math.max(0, pts / timescale)
    }
    const isDue = pts >= border || gatherer.rows.count >= maxSegmentSamples
    if (isDue && gatherer.rows.count) gatherer.close(gatherer.rows.count, pts + primingTicks)
    while (pts >= border) border = borders.next().value * timescale
    const start = Math.max(0, pts + primingTicks)
    gatherer.add(offset, sizeBytes, start, start + duration, true)
  }
  const end = gatherer.finish()
  return {
    timescale,
    primingTicks: Math.max(0, primingTicks),
    end,
    segments: gatherer.segments,
    pages: gatherer.pages(),
    startSeconds,
    isScattered: gatherer.isScattered,
  }
}

/** Of sound that is not cut, as much as tells its rate: in PCM each sample of a channel may be one. */
const skimmedSamples = 20_000

/** Sound that no player takes: one segment that was never written, for its rate and its length. */
export function skimAudio({ track, count, samples }: SampledTrack<AudioTrack>): CutAudio {
  let skimmed = 0
  let sizeBytes = 0
  let start = 0
  let end = 0
  for (const sample of samples()) {
    if (skimmed++ === 0) start = sample.pts
    sizeBytes += sample.sizeBytes
    end = sample.pts + sample.duration
    if (skimmed >= skimmedSamples) break
  }
  const whole = skimmed && count / skimmed
  const segment = { start: 0, sizeBytes: sizeBytes * whole, from: 0, to: 0, pageBytes: 0 }
  return {
    timescale: track.timescale,
    primingTicks: 0,
    end: Math.max(0, start + Math.round((end - start) * whole)),
    segments: skimmed ? [segment] : [],
    pages: new Uint8Array(),
    startSeconds: Math.max(0, start / track.timescale),
    isScattered: false,
  }
}
