import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { MediaError } from '#media/film.ts'
import type { Choice, PieceSource } from '#media/piece/index.ts'
import { TaskError } from '../failure.ts'
import type { ChunkRecipe } from '../plan/chunk.ts'
import type { Reach } from '../plan/reach.ts'

/** Which picture of the file, as the cutter is told. */
export const toChoice = ({ trackId, streamIndex }: ChunkRecipe['track']): Choice => ({
  ...(trackId !== null && { trackId }),
  ...(streamIndex !== null && { streamIndex }),
})

interface Writing {
  path: string
  signal: AbortSignal
  /** Of the piece so far, 0 to 1. */
  onProgress?: (done: number) => void
}

/**
 * Cut and write one piece; gives what must be added to its times, as ffmpeg reads them, to come to
 * the film's own. Throws `damaged` for what the cutter finds in the bytes.
 */
export async function writePiece(
  film: PieceSource,
  { shiftSeconds }: ChunkRecipe,
  reach: Reach,
  { path, signal, onProgress }: Writing,
): Promise<number> {
  try {
    const piece = film.cut({
      fromSeconds: Math.max(film.firstSeconds, reach.fromSeconds - shiftSeconds),
      toSeconds: reach.toSeconds - shiftSeconds,
      preRollSeconds: reach.preRollSeconds,
    })
    let bytes = 0
    async function* count() {
      for await (const part of piece.bytes()) {
        bytes += part.length
        onProgress?.(piece.sizeBytes ? bytes / piece.sizeBytes : 0)
        yield part
      }
    }
    await pipeline(Readable.from(count()), createWriteStream(path), { signal })
    return piece.clockOffsetSeconds + shiftSeconds
  } catch (error) {
    signal.throwIfAborted()
    throw toDamage(error)
  }
}

/** The film was opened before, by the attempt that split it. */
export const toDamage = (error: unknown) =>
  error instanceof MediaError ? new TaskError('damaged', error.message, { cause: error }) : error
