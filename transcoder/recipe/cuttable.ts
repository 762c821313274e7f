import { rm } from 'node:fs/promises'
import type { SourceObject } from '#contracts/task.ts'
import { MediaError } from '#media/film.ts'
import { openPieces } from '#media/piece/index.ts'
import type { PieceSource } from '#media/piece/index.ts'
import { clockOffsetOf, toCopyCommand } from '../plan/copy.ts'
import type { Source } from '../plan/source.ts'
import { readClock } from '../run/clock.ts'
import type { PictureClock } from '../run/clock.ts'
import { runFfmpeg } from '../run/ffmpeg.ts'
import { openLocal } from '../run/local.ts'
import { limitsOf } from './attempt.ts'
import type { Attempt } from './attempt.ts'

/** A film whose pieces hold the pictures of the whole, at the same times. */
export interface Cuttable {
  /** Null: the source itself. */
  input: SourceObject | null
  trackId: number | null
  /** Added to the cutter's times it gives the film's own. */
  shiftSeconds: number
  keySeconds: Float64Array
}

/** The cutter and ffprobe round differently; Matroska and MPEG-TS name some keys a moment early. */
const exactSeconds = 0.002
const roughSeconds = 0.25
/** Transport streams with longer steps may have jumped, which ffmpeg would close. */
const maxStepSeconds = 5

/** What keeps a film from being cut, or null: both readings tell of the same pictures. */
function findDoubt(film: PieceSource, clock: PictureClock): string | null {
  const isExact = film.container === 'mp4'
  const allowed = isExact ? exactSeconds : roughSeconds
  if (!clock.isSteady) return 'its times go back'
  if (film.container === 'mpegts' && clock.longestStepSeconds > maxStepSeconds) {
    return 'its clock jumps'
  }
  const keys = clock.keySeconds.map((key) => key + film.sourceOffsetSeconds)
  const distance = (time: number) => nearest(keys, time)
  const stray = film.keySeconds().find((key) => distance(key) > allowed)
  if (stray !== undefined) return `there is no key picture at ${stray.toFixed(3)} s`
  const endSeconds = clock.endSeconds + film.sourceOffsetSeconds
  if (Math.abs(endSeconds - film.endSeconds) > roughSeconds) {
    return `it ends at ${endSeconds.toFixed(3)} or at ${film.endSeconds.toFixed(3)} s`
  }
  return null
}

/** From `time` to the nearest of `sorted`. */
function nearest(sorted: number[], time: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < time) low = middle + 1
    else high = middle
  }
  const beside = [sorted[low - 1], sorted[low]].filter((key) => key !== undefined)
  return Math.min(...beside.map((key) => Math.abs(key - time)))
}

interface Opened {
  clock: PictureClock
  film: PieceSource
  trackId: number | null
}

/** Throws MediaError with what speaks against cutting this file. */
async function openExact(attempt: Attempt, path: string, streamIndex: number): Promise<Opened> {
  const { niceness = 0 } = limitsOf(attempt)
  const clock = await readClock({ file: path, signal: attempt.signal, niceness }, streamIndex)
  const trackId = clock.pictureStreams > 1 ? clock.trackId : null
  const { source, close } = await openLocal(path)
  try {
    const film = await openPieces(source, {
      ...(trackId !== null && { trackId }),
      ...(clock.pictureStreams > 1 && { streamIndex }),
    })
    const doubt = findDoubt(film, clock)
    if (doubt) throw new MediaError('damaged', doubt)
    return { clock, film, trackId }
  } finally {
    await close()
  }
}

/** The picture alone, as it is, in a container that can be cut; on the film's own clock. */
async function openCopy(attempt: Attempt, path: string, source: Source): Promise<Cuttable> {
  const { scratch, signal, storage, log } = attempt
  const index = source.picture!.index
  const { niceness = 0 } = limitsOf(attempt)
  const before = await readClock({ file: path, signal, niceness }, index)
  const copy = scratch.path('source.mkv')
  const command = toCopyCommand(source, { sourcePath: path, copyPath: copy })
  const { isOk, exitMessage } = await runFfmpeg(command, { signal, limits: limitsOf(attempt) })
  log.info('source copied', { isOk, exitMessage })

  const { clock, film } = await openExact(attempt, copy, 0)
  const offset = clockOffsetOf(source) - before.fileStartSeconds
  const isSame =
    clock.packets === before.packets &&
    Math.abs(clock.endSeconds - before.endSeconds - offset) < roughSeconds &&
    clock.keySeconds.length === before.keySeconds.length
  if (!isSame) throw new MediaError('damaged', 'the copy has other pictures')
  const input = await storage.storeParts({ key: 'source', path: copy })
  await rm(copy, { force: true })
  const shiftSeconds = -film.sourceOffsetSeconds
  return { input, trackId: null, shiftSeconds, keySeconds: film.keySeconds() }
}

/**
 * How chunks can read this film: out of the source, or else out of a clean copy that is made and
 * stored here. Null where nobody can tell that both would give the same pictures as one pass.
 */
export async function openCuttable(
  attempt: Attempt,
  path: string,
  source: Source,
): Promise<Cuttable | null> {
  const { log, signal } = attempt
  const picture = source.picture!
  try {
    const { film, clock, trackId } = await openExact(attempt, path, picture.index)
    const shiftSeconds = clockOffsetOf(source) - clock.fileStartSeconds - film.sourceOffsetSeconds
    return { input: null, trackId, shiftSeconds, keySeconds: film.keySeconds() }
  } catch (error) {
    signal.throwIfAborted()
    log.info('source cannot be cut', { why: String(error) })
    if (!(error instanceof MediaError)) throw error
  }
  try {
    return await openCopy(attempt, path, source)
  } catch (error) {
    signal.throwIfAborted()
    log.info('copy cannot be cut', { why: String(error) })
    if (!(error instanceof MediaError)) throw error
    return null
  }
}
