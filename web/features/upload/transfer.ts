import type { PresignedPart } from '#contracts/upload.ts'
import type { Upload, UploadApi } from '../../api/upload.ts'
import { missingParts, partBytes, storedBytes } from './parts.ts'
import type { Put } from './put.ts'
import { PutError } from './put.ts'
import type { Pacing } from './retry.ts'
import { withRetries } from './retry.ts'
import type { Slots } from './slots.ts'

const parallelParts = 3
/** Few enough that no address grows old before its turn, even on a slow line. */
const addressesAtOnce = 12
/** By our own clock, which may differ from the server's. An older address is asked for anew. */
const addressLifeMs = 30 * 60_000

export interface TransferTools {
  api: Pick<UploadApi, 'presign' | 'recordPart'>
  put: Put
  slots: Slots
  pacing: Pacing
  now: () => number
}

export interface Transfer {
  upload: Upload
  file: Blob
  signal: AbortSignal
  /** Gets the bytes sent so far, of the whole file. */
  onSent: (bytes: number) => void
  /** The first part has its turn; until then other files are sent. */
  onTurn: () => void
}

/**
 * Sends what is missing, three parts at a time, and records each the moment it is stored. Throws
 * the first error that stops it.
 */
export async function sendParts(tools: TransferTools, transfer: Transfer): Promise<void> {
  const { upload, file, onSent } = transfer
  const stop = new AbortController()
  const signal = AbortSignal.any([transfer.signal, stop.signal])
  const queue = missingParts(upload)
  const addresses = createAddressBook(tools, upload, queue, signal)
  const sending = new Map<number, number>()
  let stored = storedBytes(upload)

  const tell = () => onSent(stored + [...sending.values()].reduce((sum, bytes) => sum + bytes, 0))

  async function sendOne(partNumber: number) {
    const start = (partNumber - 1) * upload.partSizeBytes
    const sizeBytes = partBytes(upload.sizeBytes, upload.partSizeBytes, partNumber)
    const blob = file.slice(start, start + sizeBytes)
    const giveBack = await tools.slots.take(signal)
    transfer.onTurn()
    try {
      const etag = await withRetries(tools.pacing, signal, async () => {
        const { url } = await addresses.get(partNumber)
        try {
          const onPartSent = (bytes: number) => {
            sending.set(partNumber, Math.min(bytes, sizeBytes))
            tell()
          }
          return await tools.put({ url, blob, signal, onSent: onPartSent })
        } catch (error) {
          sending.delete(partNumber)
          if (error instanceof PutError) addresses.drop(partNumber)
          throw error
        }
      })
      await withRetries(tools.pacing, signal, () =>
        tools.api.recordPart(upload.id, partNumber, { etag, sizeBytes }, signal),
      )
      stored += sizeBytes
    } finally {
      sending.delete(partNumber)
      giveBack()
      tell()
    }
  }

  async function work() {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await sendOne(next)
  }

  tell()
  const workers = Array.from({ length: Math.min(parallelParts, queue.length) }, work)
  try {
    await Promise.all(workers)
  } catch (error) {
    stop.abort(error) // one part failed for good: the others need not go on
    await Promise.allSettled(workers)
    throw error
  }
}

/** Presigned addresses, asked for in pages and again where they are old. */
function createAddressBook(
  tools: TransferTools,
  upload: Upload,
  queue: readonly number[],
  signal: AbortSignal,
) {
  const known = new Map<number, { part: PresignedPart; askedAt: number }>()
  let asking: Promise<void> | undefined

  async function ask(partNumber: number) {
    const ahead = queue.filter((number) => !known.has(number))
    const wanted = [partNumber, ...ahead].slice(0, addressesAtOnce)
    const askedAt = tools.now()
    const reply = await tools.api.presign(upload.id, [...new Set(wanted)], signal)
    for (const part of reply.parts) known.set(part.partNumber, { part, askedAt })
  }

  return {
    async get(partNumber: number): Promise<PresignedPart> {
      for (let round = 0; round < 3; round += 1) {
        const found = known.get(partNumber)
        if (found && tools.now() - found.askedAt < addressLifeMs) return found.part
        known.delete(partNumber)
        asking ??= ask(partNumber).finally(() => (asking = undefined))
        await asking
      }
      throw new PutError(0, 'The server gave no address for a part.')
    },
    drop: (partNumber: number) => known.delete(partNumber),
  }
}
