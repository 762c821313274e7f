import { MediaError, MissingBytes } from '../film.ts'
import type { ByteSource } from '../film.ts'
import { readBoxHeader } from './box.ts'

/** A box of the file itself, by its place. */
export interface TopBox {
  type: string
  offset: number
  headerBytes: number
  /** With the header, as declared: beyond the end of a file that was cut off. */
  sizeBytes: number
}

const aheadBytes = 64 * 1024
const maxBoxes = 200_000
const maxMoovBytes = 48 * 1024 * 1024

/**
 * Reads at least 64 KiB at once and keeps the last of it, so that headers close together and small
 * boxes cost one read. While a file still arrives, it takes what is asked for where more is missing.
 */
export function readAhead(source: ByteSource): ByteSource {
  let start = 0
  let kept: Uint8Array = new Uint8Array()
  return {
    sizeBytes: source.sizeBytes,
    async read(offset, lengthBytes) {
      if (offset < start || offset + lengthBytes > start + kept.length) {
        const wanted = Math.max(lengthBytes, Math.min(aheadBytes, source.sizeBytes - offset))
        const bytes = await source.read(offset, wanted).catch((error: unknown) => {
          const isNear = error instanceof MissingBytes && error.offset >= offset + lengthBytes
          if (!isNear || wanted === lengthBytes) throw error
          return source.read(offset, lengthBytes)
        })
        if (bytes.length > aheadBytes) return bytes
        kept = bytes
        start = offset
      }
      return kept.subarray(offset - start, offset - start + lengthBytes)
    },
  }
}

/**
 * The boxes of a file from `start` on; ends quietly at the end and at bytes that are no box. Give it
 * a source that reads ahead. Throws `too_costly` for absurdly many.
 */
export async function* walkTopLevel(source: ByteSource, start = 0): AsyncGenerator<TopBox> {
  let at = start
  for (let count = 0; at + 8 <= source.sizeBytes; count++) {
    if (count === maxBoxes) throw new MediaError('too_costly', 'The file has too many boxes')
    const head = await source.read(at, Math.min(16, source.sizeBytes - at))
    const header = readBoxHeader(head, 0)
    if (!header) return
    const sizeBytes = header.sizeBytes || source.sizeBytes - at
    if (sizeBytes < header.headerBytes) return
    yield { ...header, offset: at, sizeBytes }
    at += sizeBytes
  }
}

/** The first `moov` of a file, and its body. Throws `damaged` without one, and `too_costly`. */
export async function readMoov(
  source: ByteSource,
  maxBytes = maxMoovBytes,
): Promise<{ box: TopBox; body: Uint8Array }> {
  const near = readAhead(source)
  for await (const box of walkTopLevel(near)) {
    if (box.type !== 'moov') continue
    if (box.offset + box.sizeBytes > source.sizeBytes) {
      throw new MediaError('damaged', 'The index of the file is cut off')
    }
    const lengthBytes = box.sizeBytes - box.headerBytes
    if (lengthBytes > maxBytes) {
      throw new MediaError('too_costly', `An index of ${lengthBytes} bytes`)
    }
    return { box, body: await near.read(box.offset + box.headerBytes, lengthBytes) }
  }
  throw new MediaError('damaged', 'The file has no index')
}
