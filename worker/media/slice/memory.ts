import type { ByteSource } from '../film.ts'

/** Bytes that are all there, as a source. */
export const inMemory = (bytes: Uint8Array): ByteSource => ({
  sizeBytes: bytes.length,
  read: async (offset, lengthBytes) => bytes.subarray(offset, offset + lengthBytes),
})
