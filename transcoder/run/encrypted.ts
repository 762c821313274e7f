import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { TaskError } from '../failure.ts'
import { isEncrypted, readHeader } from '../plan/box.ts'

/** A day of film has an index of a tenth of this. */
const maxIndexBytes = 256e6
/** Before the index, and behind it, where fragments and more of the kind may lie. */
const maxHops = 100_000
const maxHopsBehind = 2000

interface Place {
  type: string
  /** Of what lies in it. */
  at: number
  sizeBytes: number
}

/** The boxes of a file, hopping from one to the next; none where it is of another kind. */
async function* walkFile(handle: FileHandle): AsyncGenerator<Place> {
  const { size } = await handle.stat()
  const head = Buffer.alloc(16)
  for (let at = 0; at + 8 <= size;) {
    const { bytesRead } = await handle.read(head, 0, 16, at)
    const box = readHeader(head.subarray(0, bytesRead), 0, size - at)
    if (!box || box.sizeBytes < box.headerBytes) return
    const end = Math.min(size, at + box.sizeBytes)
    // ffmpeg takes an index that somebody has struck out.
    const isStruckOut =
      ['free', 'hoov'].includes(box.type) && head.toString('latin1', 12, 16) === 'mvhd'
    const start = at + box.headerBytes
    yield { type: isStruckOut ? 'moov' : box.type, at: start, sizeBytes: Math.max(0, end - start) }
    at += box.sizeBytes
  }
}

const noIndex = (message: string) => new TaskError('damaged', message)

/**
 * Throws `encrypted` where an MP4 says so of any of its samples, and `damaged` where its index is
 * so large or so far that nobody can tell. Whether there is an index.
 */
export async function refuseEncrypted(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    let [hops, limit, hasIndex] = [0, maxHops, false]
    for await (const { type, at, sizeBytes } of walkFile(handle)) {
      if (++hops > limit) {
        if (hasIndex) return true
        throw noIndex(`There is no index among the first ${maxHops} boxes`)
      }
      if (type !== 'moov' && type !== 'moof') continue
      if (sizeBytes > maxIndexBytes) throw noIndex('The index is larger than that of a film')
      const bytes = Buffer.alloc(sizeBytes)
      await handle.read(bytes, 0, sizeBytes, at)
      if (isEncrypted(bytes)) {
        throw new TaskError('encrypted', 'The samples are encrypted (ISO/IEC 23001-7)')
      }
      if (!hasIndex && type === 'moov') limit = hops + maxHopsBehind
      hasIndex ||= type === 'moov'
    }
    return hasIndex
  } finally {
    await handle.close()
  }
}
