import { MediaError } from '../film.ts'
import type { ByteSource } from '../film.ts'
import { findBox, listBoxes } from '../mp4/box.ts'
import { SampleCursor } from '../mp4/cursor.ts'
import { noEdit } from '../mp4/edit.ts'
import type { MovieOutline } from '../mp4/movie.ts'
import type { Outline } from '../mp4/outline.ts'
import { unwrapEntry } from '../mp4/protection.ts'
import { placeFilm, shiftOf } from '../mp4/sampled.ts'
import type { Placed } from '../mp4/sampled.ts'
import { isKeySample, keyProbeBytes } from './key.ts'
import { readOriginals } from './originals.ts'
import type { Piece, PieceRange, PieceSource, Sources } from './piece.ts'
import { addSample, noSamples, planRuns, readRuns } from './samples.ts'
import type { SampleColumns } from './samples.ts'
import { writeFront } from './write.ts'
import type { Originals, Timeline } from './write.ts'

/** 18 hours at 60 pictures a second. */
const maxPictures = 4_000_000

/** A picture track whose samples are all in the index; times of samples are those of the file. */
interface Cuttable {
  source: ByteSource
  placed: Placed
  originals: Originals
  /** Added to ticks of the file to come to the film's own clock. */
  shift: number
  /** What the edit list shows, in ticks of the file. */
  shown: { start: number; end: number }
}

/** MP4 or MOV with full sample tables: any codec, cut at any sample. Throws MediaError. */
export async function openSampledPieces(
  { index, media }: Sources,
  outline: MovieOutline,
): Promise<PieceSource> {
  const { candidates, head } = outline
  const { video, zero } = placeFilm(candidates, head, index.sizeBytes)
  if (!video) throw new MediaError('no_tracks', 'The file has no picture')
  const { edit, entry, timescale } = video.outline
  if (unwrapEntry(entry, entryHeadBytes).isEncrypted) {
    throw new MediaError('encrypted', 'The picture is encrypted')
  }
  if (!video.table.hasOneDescription || edit.isComplex) {
    throw new MediaError('too_costly', 'The track changes on its way')
  }
  const film: Cuttable = {
    ...{ source: media, placed: video, shift: shiftOf(video, zero) },
    originals: await readOriginals(index, outline, video.outline),
    shown: shownOf(video.outline, head.timescale),
  }
  const survey = await distrust(index, film, surveyOf(film))
  return {
    container: 'mp4',
    firstSeconds: (survey.first + film.shift) / timescale,
    endSeconds: (survey.end + film.shift) / timescale,
    sourceOffsetSeconds: (film.shift - ffmpegShift(film, survey, head.timescale)) / timescale,
    keySeconds: () => survey.keyTimes.map((time) => (time + film.shift) / timescale),
    cut: (range) => cutSamples(film, survey, range),
  }
}

function shownOf({ edit, timescale }: Outline, movieTimescale: number): Cuttable['shown'] {
  const { mediaTime, duration } = edit
  const ticks = duration === null ? Infinity : (duration * timescale) / movieTimescale
  return edit === noEdit
    ? { start: -Infinity, end: Infinity }
    : { start: mediaTime, end: mediaTime + ticks }
}

/** Bytes of a VisualSampleEntry before its boxes. ISO/IEC 14496-12, 12.1.3 */
const entryHeadBytes = 78

/** What one walk over the samples tells, in ticks of the file. */
interface Survey {
  first: number
  end: number
  /** Index and moment of pictures at which decoding can begin, both rising. */
  keyIndexes: number[]
  keyTimes: Float64Array
}

/** The samples of a span, the same object again and again. */
function* samplesOf({ placed: { table, span } }: Cuttable) {
  const cursor = new SampleCursor(table)
  while (cursor.index + 1 < span.end && cursor.step()) {
    if (cursor.index >= span.first) yield cursor
  }
}

function surveyOf(film: Cuttable): Survey {
  const { span } = film.placed
  let first = Infinity
  if (span.end - span.first > maxPictures) throw new MediaError('too_costly', 'Too many pictures')
  const keyIndexes: number[] = []
  const keyTimes: number[] = []
  let end = -Infinity
  let payloadBytes = 0
  for (const { sample, index } of samplesOf(film)) {
    payloadBytes += sample.sizeBytes
    if (isShown(film, sample.pts)) {
      first = Math.min(first, sample.pts)
      end = Math.max(end, sample.pts + sample.duration)
    }
    if (!sample.isSync || sample.pts <= (keyTimes.at(-1) ?? -Infinity)) continue
    keyIndexes.push(index)
    keyTimes.push(sample.pts)
  }
  if (payloadBytes > film.source.sizeBytes) {
    throw new MediaError('damaged', 'The pictures are larger than their file')
  }
  end = Math.min(end, film.shown.end)
  return { first, end, keyIndexes, keyTimes: Float64Array.from(keyTimes) }
}

const keysLookedAt = 6

/** Where some of the marked pictures are no keys, only the start is known to be one. */
async function distrust(index: ByteSource, film: Cuttable, survey: Survey): Promise<Survey> {
  const { keyIndexes, keyTimes } = survey
  const step = (keyIndexes.length - 1) / (keysLookedAt - 1)
  const wanted = new Set(
    Array.from({ length: keysLookedAt }, (_, i) => keyIndexes[Math.round(i * step)]),
  )
  const { entry } = film.placed.outline
  const lengthBytes = readLengthBytes(entry)
  const looks: Promise<boolean>[] = []
  for (const { sample, index: at } of samplesOf(film)) {
    if (!wanted.has(at)) continue
    const look = index.read(sample.offset, Math.min(sample.sizeBytes, keyProbeBytes))
    looks.push(look.then((bytes) => isKeySample(entry.type, lengthBytes, bytes)))
  }
  const areTrue = (await Promise.all(looks)).every(Boolean)
  if (areTrue) return survey
  return { ...survey, keyIndexes: keyIndexes.slice(0, 1), keyTimes: keyTimes.slice(0, 1) }
}

/** How NAL units are counted: avcC and hvcC say it. ISO/IEC 14496-15, 5.3.3 and 8.3.3 */
function readLengthBytes({ body }: Outline['entry']): number {
  const boxes = listBoxes(body.subarray(entryHeadBytes))
  const said = findBox(boxes, 'avcC')?.[4] ?? findBox(boxes, 'hvcC')?.[21] ?? 3
  return (said & 3) + 1
}

/**
 * What ffmpeg adds to ticks of the file: with an edit list, the first picture shown comes right
 * after the delay, even if the list begins a moment before that picture.
 */
function ffmpegShift({ placed }: Cuttable, { first }: Survey, movieTimescale: number): number {
  const { edit, timescale } = placed.outline
  if (edit === noEdit) return 0
  return Math.round((edit.delay * timescale) / movieTimescale) - first
}

const isShown = ({ shown }: Cuttable, pts: number) => pts >= shown.start && pts < shown.end

/** Seconds are rounded far below a tick. */
const slackTicks = 0.001

const toTicks = (film: Cuttable, seconds: number) =>
  seconds * film.placed.outline.timescale - film.shift

function cutSamples(film: Cuttable, survey: Survey, range: PieceRange): Piece {
  const { fromSeconds, toSeconds, preRollSeconds } = range
  const wanted = toTicks(film, fromSeconds - preRollSeconds) + slackTicks
  const limit = toTicks(film, toSeconds)
  const key = survey.keyTimes.findLastIndex((time) => time <= wanted)
  const start = survey.keyIndexes[key] ?? film.placed.span.first
  const samples = gather(film, start, limit)
  return toPiece(film, samples)
}

/** From a place to begin to past the last one shown before the limit, and at least one. */
function gather(film: Cuttable, start: number, limit: number): SampleColumns {
  const samples = noSamples()
  let count = 1
  for (const { sample, index } of samplesOf(film)) {
    if (index < start) continue
    addSample(samples, sample)
    if (sample.pts < limit) count = samples.pts.length
  }
  for (const column of Object.values(samples)) column.length = count
  return samples
}

function toPiece(film: Cuttable, samples: SampleColumns): Piece {
  const { source, originals } = film
  const { timeline, offset } = toTimeline(film, samples)
  const front = writeFront(originals, samples, timeline)
  const runs = planRuns(samples)
  const payloadBytes = samples.sizes.reduce((sum, size) => sum + size, 0)
  const startsAt = samples.pts[Math.max(0, samples.syncs.indexOf(true))]!
  return {
    sizeBytes: front.reduce((sum, { length }) => sum + length, payloadBytes),
    startSeconds: (startsAt + film.shift) / originals.timescale,
    clockOffsetSeconds: offset / originals.timescale,
    async *bytes() {
      yield* front
      yield* readRuns(source, samples, runs)
    },
  }
}

/**
 * Decoding begins at 0, nothing is shown before that, and what the edit list of the film hides
 * stays hidden. `offset` leads from moments of the piece to the film's own clock.
 */
function toTimeline(film: Cuttable, { dts, pts, durations }: SampleColumns) {
  const base = dts[0]!
  let [earliest, end, shownFrom, shownTo] = [Infinity, -Infinity, Infinity, -Infinity]
  let isAllShown = true
  for (let i = 0; i < pts.length; i++) {
    earliest = Math.min(earliest, pts[i]!)
    end = Math.max(end, pts[i]! + durations[i]!)
    if (isShown(film, pts[i]!)) {
      shownFrom = Math.min(shownFrom, pts[i]!)
      shownTo = Math.max(shownTo, pts[i]! + durations[i]!)
    } else isAllShown = false
  }
  const shift = Math.max(0, base - earliest)
  const toPiece = (ticks: number) => ticks - base + shift
  const hidesSome = !isAllShown && shownFrom < Infinity
  const lastShown = Math.min(shownTo, Math.max(Math.ceil(film.shown.end), shownFrom + 1))
  const timeline: Timeline = {
    shift,
    shown: hidesSome ? { start: toPiece(shownFrom), end: toPiece(lastShown) } : null,
  }
  const offset = film.shift + base - shift + (timeline.shown?.start ?? 0)
  return { timeline, offset }
}
