import { addAbortSignal } from 'node:stream'
import type { Readable } from 'node:stream'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import type { S3Client } from '@aws-sdk/client-s3'
import { partKey } from '#contracts/task.ts'
import type { SourceObject } from '#contracts/task.ts'
import { TaskError } from '../failure.ts'

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

const nameOf = (error: unknown) => (error instanceof Error ? error.name : '')
/** Gone, or other bytes lie there than those that the upload ended with. */
const isMissing = (error: unknown) =>
  ['NoSuchKey', 'NotFound', 'PreconditionFailed'].includes(nameOf(error))

/** One GET of `range`, as the header has it, or of the whole. Throws `source_missing`. */
export async function openPiece(
  client: S3Client,
  { bucket, piece, range }: { bucket: string; piece: Piece; range: string | null },
  signal: AbortSignal,
): Promise<Readable> {
  const request = new GetObjectCommand({
    ...{ Bucket: bucket, Key: piece.key },
    ...(range && { Range: range }),
    ...(piece.etag && { IfMatch: `"${piece.etag}"` }),
  })
  const answer = await client.send(request, { abortSignal: signal }).catch((cause: unknown) => {
    throw isMissing(cause) ? new TaskError('source_missing', 'No such object', { cause }) : cause
  })
  return addAbortSignal(signal, answer.Body as Readable)
}
