import { MissingBytes } from '../film.ts'
import type { ByteSource } from '../film.ts'

/** Many small looks at a file that go mostly forward, for few reads. Not for two at a time. */
export class Window {
  readonly sizeBytes: number
  readonly source: ByteSource
  readonly #windowBytes: number
  #start = 0
  #bytes: Uint8Array = new Uint8Array(0)

  constructor(source: ByteSource, windowBytes: number) {
    this.sizeBytes = source.sizeBytes
    this.source = source
    this.#windowBytes = windowBytes
  }

  /** Up to `lengthBytes` bytes from `offset`; fewer, or none, at the end of the file. */
  async at(offset: number, lengthBytes: number): Promise<Uint8Array> {
    const end = Math.min(offset + lengthBytes, this.sizeBytes)
    if (offset >= end) return new Uint8Array(0)
    if (offset < this.#start || end > this.#start + this.#bytes.length) {
      this.#bytes = await this.#ahead(offset, end)
      this.#start = offset
    }
    return this.#bytes.subarray(offset - this.#start, end - this.#start)
  }

  /** While the file arrives, up to what is missing. */
  async #ahead(offset: number, end: number): Promise<Uint8Array> {
    const far = Math.min(Math.max(end, offset + this.#windowBytes), this.sizeBytes)
    try {
      return await this.source.read(offset, far - offset)
    } catch (error) {
      if (!(error instanceof MissingBytes) || error.offset < end) throw error
      return this.source.read(offset, Math.min(error.offset, far) - offset)
    }
  }
}
