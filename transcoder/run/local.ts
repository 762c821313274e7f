import { open } from 'node:fs/promises'
import type { ByteSource } from '#media/film.ts'

/** A file of this machine, read by ranges; `close` when done. */
export async function openLocal(
  path: string,
): Promise<{ source: ByteSource; close: () => Promise<void> }> {
  const file = await open(path)
  const { size } = await file.stat()
  const source: ByteSource = {
    sizeBytes: size,
    async read(offset, lengthBytes) {
      if (!(offset >= 0 && lengthBytes >= 0 && offset + lengthBytes <= size)) {
        throw new RangeError(`No ${lengthBytes} bytes at ${offset} of ${size}`)
      }
      const bytes = new Uint8Array(lengthBytes)
      for (let have = 0; have < lengthBytes;) {
        const { bytesRead } = await file.read(bytes, have, lengthBytes - have, offset + have)
        if (!bytesRead) throw new RangeError('The file became shorter')
        have += bytesRead
      }
      return bytes
    },
  }
  return { source, close: () => file.close() }
}
