import { rm } from 'node:fs/promises'
import path from 'node:path'
import { MediaError } from '#media/film.ts'
import { openPieces } from '#media/piece/index.ts'
import type { PieceSource } from '#media/piece/index.ts'
import { TaskError } from '../failure.ts'
import { countBelow } from '../plan/chunk.ts'
import type { ChunkRecipe } from '../plan/chunk.ts'
import { clockOffsetOf } from '../plan/clock.ts'
import type { Command } from '../plan/command.ts'
import { toCopyCommand } from '../plan/copy.ts'
import type { CopyFormat } from '../plan/copy.ts'
import { explainRun } from '../plan/explain.ts'
import type { Source } from '../plan/source.ts'
import { readClock } from '../run/clock.ts'
import type { PictureClock } from '../run/clock.ts'
import { runFfmpeg } from '../run/ffmpeg.ts'
import { openLocal } from '../run/local.ts'
import { copyLimitsOf, limitsOf } from './attempt.ts'
import type { Attempt, Planned } from './attempt.ts'
import { toChoice } from './piece.ts'

/** A film whose pieces hold the pictures of the whole, at the same times. */
export interface Cuttable {
  film: PieceSource
  track: ChunkRecipe['track']
  /** Added to the cutter's times it gives the film's own. */
  shiftSeconds: number
  /** When its pictures are shown, sorted, on the film's clock. */
  pictureSeconds: Float64Array
  /** Where a copy lies that shall be cut; null: the source itself. */
  copyPath: string | null
  close: () => Promise<void>
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
function nearest(sorted: ArrayLike<number>, time: number): number {
  const place = countBelow(sorted, time)
  const beside = [sorted[place - 1], sorted[place]].filter((key) => key !== undefined)
  return Math.min(...beside.map((key) => Math.abs(key - time)))
}

interface Opened {
  clock: PictureClock
  film: PieceSource
  track: ChunkRecipe['track']
  close: () => Promise<void>
}

/** Throws MediaError with what speaks against cutting this file. */
async function openExact(attempt: Attempt, file: string, index: number): Promise<Opened> {
  const { niceness = 0 } = limitsOf(attempt)
  const clock = await readClock({ file, signal: attempt.signal, niceness }, index)
  const isOneOfMany = clock.pictureStreams > 1
  const track = {
    trackId: isOneOfMany ? clock.trackId : null,
    streamIndex: isOneOfMany ? index : null,
  }
  const { source, close } = await openLocal(file)
  try {
    const film = await openPieces(source, toChoice(track))
    const doubt = findDoubt(film, clock)
    if (doubt) throw new MediaError('damaged', doubt)
    return { clock, film, track, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openSource(attempt: Attempt, file: string, source: Source): Promise<Cuttable> {
  const { film, clock, track, close } = await openExact(attempt, file, source.picture!.index)
  const shiftSeconds = clockOffsetOf(source) - clock.fileStartSeconds - film.sourceOffsetSeconds
  const offset = shiftSeconds + film.sourceOffsetSeconds
  const pictureSeconds = clock.pictureSeconds.map((time) => time + offset)
  return { film, track, shiftSeconds, pictureSeconds, copyPath: null, close }
}

/** Throws MediaError where this film has no whole copy, and trouble of this machine as it is. */
async function copyPicture(attempt: Attempt, command: Command): Promise<void> {
  const { signal, log } = attempt
  const result = await runFfmpeg(command, { signal, limits: copyLimitsOf(attempt) })
  const { isOk, exitMessage } = result
  log.info('source copied', { path: path.basename(command.outputs[0]!.path), isOk, exitMessage })
  const isTooLarge = exitMessage.includes('SIGXFSZ')
  const trouble = isTooLarge ? null : explainRun(result)
  if (trouble?.isRetryable) throw trouble
  if (!isOk) throw new MediaError('damaged', `no copy came out: ${exitMessage}`)
}

/** The picture alone, as it is, in a container that can be cut; on the film's own clock. */
async function openCopy(
  attempt: Attempt,
  sourcePath: string,
  source: Source,
  format: CopyFormat,
): Promise<Cuttable> {
  const copyPath = attempt.scratch.path(`copy.${format}`)
  try {
    return await copyAndOpen(attempt, source, { sourcePath, copyPath, format })
  } catch (error) {
    await rm(copyPath, { force: true }) // the next way needs the room
    throw error
  }
}

async function copyAndOpen(
  attempt: Attempt,
  source: Source,
  files: { sourcePath: string; copyPath: string; format: CopyFormat },
): Promise<Cuttable> {
  const { signal } = attempt
  const { sourcePath, copyPath } = files
  const { niceness = 0 } = limitsOf(attempt)
  const before = await readClock({ file: sourcePath, signal, niceness }, source.picture!.index)
  await copyPicture(attempt, toCopyCommand(source, files))
  const { clock, film, track, close } = await openExact(attempt, copyPath, 0)
  const offset = clockOffsetOf(source) - before.fileStartSeconds
  const isSame =
    clock.packets === before.packets &&
    Math.abs(clock.endSeconds - before.endSeconds - offset) < roughSeconds &&
    clock.keySeconds.length === before.keySeconds.length
  const shiftSeconds = -film.sourceOffsetSeconds
  const { pictureSeconds } = clock
  if (isSame) return { film, track, shiftSeconds, pictureSeconds, copyPath, close }
  await close()
  throw new MediaError('damaged', 'the copy has other pictures')
}

/**
 * How chunks can read this film: out of the source, unless what lies here is not what lies in
 * storage (`isNarrowed`), or else out of a clean copy that is made here,
 * in MOV, which keeps times to the tick, or in Matroska, which holds every codec. Null where nobody
 * can tell that both would give the same pictures as one pass.
 */
export async function openCuttable(
  attempt: Attempt,
  { sourcePath, source, isNarrowed }: Pick<Planned, 'sourcePath' | 'source' | 'isNarrowed'>,
): Promise<Cuttable | null> {
  const ways = [
    ...(isNarrowed ? [] : [() => openSource(attempt, sourcePath, source)]),
    () => openCopy(attempt, sourcePath, source, 'mov'),
    () => openCopy(attempt, sourcePath, source, 'matroska'),
  ]
  for (const [way, open] of ways.entries()) {
    try {
      return await open()
    } catch (error) {
      attempt.signal.throwIfAborted()
      const isFilm =
        error instanceof MediaError || (error instanceof TaskError && !error.isRetryable)
      if (!isFilm) throw error
      attempt.log.info('film cannot be cut', { way, why: error.message })
      if (error instanceof TaskError && error.code === 'too_expensive') return null
    }
  }
  return null
}
