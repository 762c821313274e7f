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
      const wanted = Math.max(this.#windowBytes, lengthBytes)
      this.#bytes = await this.source.read(offset, Math.min(wanted, this.sizeBytes - offset))
      this.#start = offset
    }
    return this.#bytes.subarray(offset - this.#start, end - this.#start)
  }
}
