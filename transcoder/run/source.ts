import { open } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import type { Readable } from 'node:stream'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import type { S3Client } from '@aws-sdk/client-s3'
import { partKey } from '#contracts/task.ts'
import type { SourceObject } from '#contracts/task.ts'
import { TaskError } from '../failure.ts'
import { inParallel } from './parallel.ts'

/** One stored object of the source, and where its bytes belong in the file. */
export interface Piece {
  key: string
  offset: number
  sizeBytes: number
  etag?: string | undefined
}

/** The objects that make up a source, in the order of its bytes. */
export function listPieces({ key, sizeBytes, partBytes, etags }: SourceObject): Piece[] {
  if (partBytes === null) return [{ key, offset: 0, sizeBytes }]
  const count = Math.max(1, Math.ceil(sizeBytes / partBytes))
  return Array.from({ length: count }, (_, i) => {
    const offset = i * partBytes
    return {
      key: partKey(key, i + 1),
      offset,
      sizeBytes: Math.min(partBytes, sizeBytes - offset),
      ...(etags && { etag: etags[i] }),
    }
  })
}

interface Fetch {
  client: S3Client
  input: SourceObject
  signal: AbortSignal
  /** Runs one try of a piece until it works. */
  again: (run: () => Promise<void>) => Promise<void>
  /** Bytes of the whole source so far. */
  onBytes: (bytes: number) => void
}

const parallel = 4
const nameOf = (error: unknown) => (error instanceof Error ? error.name : '')
/** Gone, or other bytes lie there than those that the upload ended with. */
const isMissing = (error: unknown) =>
  ['NoSuchKey', 'NotFound', 'PreconditionFailed'].includes(nameOf(error))

/**
 * Bring the source to `path`, a few pieces at once; a broken connection is taken up where it broke.
 * Throws `source_missing`, and `internal` on a wrong size.
 */
export async function fetchSource(path: string, fetch: Fetch): Promise<void> {
  const { client, input, signal, again, onBytes } = fetch
  const file = await open(path, 'w')
  let total = 0

  async function bodyOf(piece: Piece, have: number): Promise<Readable> {
    const range = have > 0 ? { Range: `bytes=${have}-` } : {}
    const request = new GetObjectCommand({
      ...{ Bucket: input.bucket, Key: piece.key, ...range },
      ...(piece.etag && { IfMatch: `"${piece.etag}"` }),
    })
    const answer = await client.send(request, { abortSignal: signal }).catch((cause: unknown) => {
      throw isMissing(cause) ? new TaskError('source_missing', 'No such object', { cause }) : cause
    })
    return addAbortSignal(signal, answer.Body as Readable)
  }

  async function fetchPiece(piece: Piece): Promise<void> {
    let have = 0
    await again(async () => {
      if (have === piece.sizeBytes && have > 0) return
      for await (const chunk of (await bodyOf(piece, have)) as AsyncIterable<Buffer>) {
        if (have + chunk.length > piece.sizeBytes) throw wrongSize(piece, have + chunk.length)
        await file.write(chunk, 0, chunk.length, piece.offset + have)
        have += chunk.length
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
