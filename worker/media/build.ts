/** Films whose samples are all known: one pass over each track cuts it into segments. */
import { type AudioTrack, MediaError, type SampledTrack, type VideoTrack } from './film.ts'
import { type CutTrack, maxSegmentSamples, SegmentGatherer } from './gather.ts'
import { type KeyFrame, PictureCutter } from './picture-cutter.ts'
import { soundBorders } from './plan.ts'
import { maxHiddenPictures, planSettling, type Settling, settle } from './settle.ts'

/** A day of 50 pictures a second. */
const maxSamples = 5_000_000
/** As much as any decoder wants to hear before the film begins. */
const maxPrimingSeconds = 0.25

export interface CutVideo extends CutTrack {
  hasLongGop: boolean
  hasOpenGop: boolean
  /** Where some key frames after the first lie. */
  keyFrames: KeyFrame[]
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
  const cutter = new PictureCutter(gatherer, settling.timescale)
  for (const { offset, sizeBytes, pts, duration, isSync } of samples()) {
    if (sizeBytes === 0) continue // an empty one stands for the picture before it
    const start = settle(settling, pts)
    const end = Math.max(start, (pts + duration) * settling.factor)
    cutter.add({ offset, sizeBytes, start, end, isSync })
  }
  const end = gatherer.finish()
  return {
    timescale: settling.timescale,
    primingTicks: 0,
    end,
    segments: gatherer.segments,
    pages: gatherer.pages(),
    hasLongGop: cutter.hasLongGop,
    hasOpenGop: cutter.hasOpenGop,
    keyFrames: cutter.keyFrames,
    isStartTooFar: settling.hidden.length > maxHiddenPictures,
    isScattered: gatherer.isScattered,
    framesPerSecond: toRate(cutter.pictures, settling, end),
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
