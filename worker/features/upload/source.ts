import type { UploadId } from '#contracts/id.ts'
import { type SourceObject, partKey } from '#contracts/task.ts'
import { type ByteSource, MediaError, MissingBytes } from '#media/film.ts'
import type { Ctx } from '../../core/context.ts'
import { listParts } from './parts.ts'

export interface StoredSource extends Omit<SourceObject, 'bucket' | 'etags'> {
  /** Numbers of the parts that are there; without it, all are. */
  arrived?: Pick<ReadonlySet<number>, 'has'>
  /** Part number → ETag as it was pinned; other bytes under the same key are refused. */
  etags?: Pick<ReadonlyMap<number, string>, 'get'>
}

/**
 * Part number → ETag of what has been stored of an upload: serves as `arrived` and as `etags`. Once
 * the upload is done, the ETags are those that completion found in storage.
 */
export async function listArrived(
  ctx: Pick<Ctx, 'db'>,
  id: UploadId,
): Promise<Map<number, string>> {
  const parts = await listParts(ctx, [id])
  return new Map(parts.map(({ partNumber, etag }) => [partNumber, etag]))
}

/**
 * An uploaded file, read where it lies. One read asks each part that it touches once, all at the
 * same time. Throws RangeError, `MissingBytes` while the file arrives, and MediaError `damaged`
 * where a part of a whole file is gone or was replaced.
 */
export function partsSource(bucket: R2Bucket, source: StoredSource): ByteSource {
  const { sizeBytes, arrived } = source
  return {
    sizeBytes,
    async read(offset, lengthBytes) {
      if (!(offset >= 0 && lengthBytes >= 0 && offset + lengthBytes <= sizeBytes)) {
        throw new RangeError(`${lengthBytes} bytes from ${offset} are outside of ${sizeBytes}`)
      }
      const slices = planSlices(source, offset, lengthBytes)
      const missing = arrived && slices.find(({ partNumber }) => !arrived.has(partNumber))
      if (missing) throw new MissingBytes(missing.fileOffset)
      return join(await Promise.all(slices.map((slice) => readSlice(bucket, source, slice))))
    },
  }
}

interface Slice {
  key: string
  partNumber: number
  /** Of its first byte, in the object and in the file. */
  offset: number
  fileOffset: number
  lengthBytes: number
}

/** What a range of the file is made of, in order. */
function planSlices(source: StoredSource, from: number, lengthBytes: number): Slice[] {
  const { key, sizeBytes } = source
  const partBytes = source.partBytes ?? sizeBytes
  const end = from + lengthBytes
  const slices: Slice[] = []
  for (let fileOffset = from; fileOffset < end;) {
    const index = Math.floor(fileOffset / partBytes)
    const sliceEnd = Math.min(end, (index + 1) * partBytes)
    slices.push({
      key: source.partBytes === null ? key : partKey(key, index + 1),
      partNumber: index + 1,
      offset: fileOffset - index * partBytes,
      fileOffset,
      lengthBytes: sliceEnd - fileOffset,
    })
    fileOffset = sliceEnd
  }
  return slices
}

async function readSlice(
  bucket: R2Bucket,
  { arrived, etags }: StoredSource,
  { key, partNumber, offset, fileOffset, lengthBytes: length }: Slice,
): Promise<Uint8Array> {
  const etagMatches = etags?.get(partNumber)
  const range = { offset, length }
  const object = await bucket
    .get(key, etagMatches === undefined ? { range } : { range, onlyIf: { etagMatches } })
    .catch(toNothing)
  // An object whose condition failed comes without its bytes.
  const bytes = object && 'arrayBuffer' in object && new Uint8Array(await object.arrayBuffer())
  if (bytes && bytes.byteLength === length) return bytes
  if (arrived) throw new MissingBytes(fileOffset) // what a client says of a part is not the proof
  throw new MediaError('damaged', `Part ${partNumber} of the file is gone or was replaced`)
}

/** R2's word for a range behind an object's end: https://developers.cloudflare.com/r2/api/error-codes/ */
function toNothing(error: unknown): null {
  if (String(error).includes('(10039)')) return null
  throw error
}

function join(pieces: Uint8Array[]): Uint8Array {
  const [first] = pieces
  if (first && pieces.length === 1) return first
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0))
  let offset = 0
  for (const piece of pieces) {
    whole.set(piece, offset)
    offset += piece.byteLength
  }
  return whole
}
