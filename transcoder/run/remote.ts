import type { S3Client } from '@aws-sdk/client-s3'
import type { SourceObject } from '#contracts/task.ts'
import type { ByteSource } from '#media/film.ts'
import { TaskError } from '../failure.ts'
import { listPieces, openPiece } from './object.ts'
import type { Piece } from './object.ts'

interface Remote {
  client: S3Client
  input: SourceObject
  signal: AbortSignal
  /** Runs one try until it works; `moved` says that it got on. */
  again: (run: (moved: () => void) => Promise<void>) => Promise<void>
}

/** Small readings are of an index, and its next box lies near: they share blocks that are kept. */
const blockBytes = 1024 * 1024
const keptBlocks = 48

/**
 * A source in storage, read by ranges. Whoever reads on where a reading ended finds the next bytes
 * on their way. `read` throws `source_missing`, and `internal` on a wrong size.
 */
export function openRemote({ client, input, signal, again }: Remote): ByteSource {
  const pieces = listPieces(input)
  const blocks = new Map<number, Promise<Uint8Array>>()
  let ahead: { offset: number; bytes: Promise<Uint8Array> } | null = null
  let lastEnd = -1

  async function fetchPart(piece: Piece, from: number, into: Uint8Array): Promise<void> {
    let have = 0
    await again(async (moved) => {
      if (have === into.length) return
      const range = `bytes=${from + have}-${from + into.length - 1}`
      const body = await openPiece(client, { bucket: input.bucket, piece, range }, signal)
      for await (const chunk of body as AsyncIterable<Buffer>) {
        if (have + chunk.length > into.length) throw wrongSize(piece)
        into.set(chunk, have)
        have += chunk.length
        moved()
      }
      if (have !== into.length) throw wrongSize(piece)
    })
  }

  async function fetchRange(offset: number, end: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.max(0, end - offset))
    const isTouched = (piece: Piece) =>
      piece.offset < end && piece.offset + piece.sizeBytes > offset
    const parts = pieces.filter(isTouched).map((piece) => {
      const from = Math.max(offset, piece.offset)
      const to = Math.min(end, piece.offset + piece.sizeBytes)
      return fetchPart(piece, from - piece.offset, bytes.subarray(from - offset, to - offset))
    })
    await Promise.all(parts)
    return bytes
  }

  function getBlock(number: number): Promise<Uint8Array> {
    const offset = number * blockBytes
    const block =
      blocks.get(number) ?? fetchRange(offset, Math.min(input.sizeBytes, offset + blockBytes))
    blocks.delete(number)
    blocks.set(number, block) // the last one used is the last one dropped
    block.catch(() => blocks.delete(number))
    if (blocks.size > keptBlocks) blocks.delete(blocks.keys().next().value!)
    return block
  }

  async function readSmall(offset: number, end: number): Promise<Uint8Array> {
    const first = Math.floor(offset / blockBytes)
    const last = Math.floor((end - 1) / blockBytes)
    const one = (await getBlock(first)).subarray(offset - first * blockBytes)
    if (first === last) return one.subarray(0, end - offset)
    const two = (await getBlock(last)).subarray(0, end - last * blockBytes)
    return Buffer.concat([one, two])
  }

  async function readLarge(offset: number, end: number): Promise<Uint8Array> {
    const ready = ahead?.offset === offset ? await ahead.bytes : new Uint8Array()
    const nextEnd = Math.min(input.sizeBytes, end + (end - offset))
    if (offset === lastEnd && nextEnd > end) {
      ahead = { offset: end, bytes: fetchRange(end, nextEnd) }
      ahead.bytes.catch(() => {}) // whoever reads on gets it; else nobody minds
    } else ahead = null
    lastEnd = end
    if (ready.length >= end - offset) return ready.subarray(0, end - offset)
    return Buffer.concat([ready, await fetchRange(offset + ready.length, end)])
  }

  return {
    sizeBytes: input.sizeBytes,
    async read(offset, lengthBytes) {
      const end = offset + lengthBytes
      if (!(offset >= 0 && lengthBytes >= 0 && end <= input.sizeBytes)) {
        throw new RangeError(`No ${lengthBytes} bytes at ${offset} of ${input.sizeBytes}`)
      }
      if (lengthBytes === 0) return new Uint8Array()
      return lengthBytes <= blockBytes ? readSmall(offset, end) : readLarge(offset, end)
    },
  }
}

const wrongSize = ({ key, sizeBytes }: Piece) =>
  new TaskError('internal', `The source has other bytes than ${sizeBytes} at ${key}`, {
    isRetryable: true,
  })
