import { open, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import type { SourceObject } from '#contracts/task.ts'
import { TaskError } from '../failure.ts'
import { listPieces, openPiece } from './object.ts'
import type { Piece } from './object.ts'
import { inParallel } from './parallel.ts'

interface Fetch {
  client: S3Client
  input: SourceObject
  signal: AbortSignal
  /** Runs one try of a piece until it works; `moved` says that it got on. */
  again: (run: (moved: () => void) => Promise<void>) => Promise<void>
  /** Bytes of the whole source so far. */
  onBytes: (bytes: number) => void
}

const parallel = 4
/** What is made of a film is as large as itself, but not of the largest. */
const maxMadeBytes = 4e9

/** Another machine may have the room that this one lacks, and nobody waits for gigabytes in vain. */
async function checkRoom(folder: string, { sizeBytes }: SourceObject): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const freeBytes = bavail * bsize
  const neededBytes = sizeBytes + Math.min(sizeBytes, maxMadeBytes)
  if (freeBytes >= neededBytes) return
  const message = `No space left on device: ${neededBytes} bytes needed, ${freeBytes} free`
  throw new TaskError('internal', message, { isRetryable: true })
}

/**
 * Bring the source to `path`, a few pieces at once; a broken connection is taken up where it broke.
 * Throws `source_missing`, and `internal` on a wrong size and where there is no room for it.
 */
export async function fetchSource(path: string, fetch: Fetch): Promise<void> {
  const { client, input, signal, again, onBytes } = fetch
  await checkRoom(dirname(path), input)
  const file = await open(path, 'w')
  let total = 0

  const bodyOf = (piece: Piece, have: number): Promise<Readable> => {
    const range = have > 0 ? `bytes=${have}-` : null
    return openPiece(client, { bucket: input.bucket, piece, range }, signal)
  }

  async function fetchPiece(piece: Piece): Promise<void> {
    let have = 0
    await again(async (moved) => {
      if (have === piece.sizeBytes && have > 0) return
      for await (const chunk of (await bodyOf(piece, have)) as AsyncIterable<Buffer>) {
        if (have + chunk.length > piece.sizeBytes) throw wrongSize(piece, have + chunk.length)
        await file.write(chunk, 0, chunk.length, piece.offset + have)
        have += chunk.length
        moved()
        total += chunk.length
        onBytes(total)
      }
      if (have !== piece.sizeBytes) throw wrongSize(piece, have)
    })
  }

  try {
    await inParallel(listPieces(input), parallel, fetchPiece)
  } finally {
    await file.close()
  }
}

const wrongSize = ({ key, sizeBytes }: Piece, bytes: number) =>
  new TaskError('internal', `The source has ${bytes} bytes at ${key}, not ${sizeBytes}`, {
    isRetryable: true,
  })
