/** For tests: a film on disk, indexed and cut as the Worker does it. */
import { open } from 'node:fs/promises'
import type { ByteSource } from '../film.ts'
import {
  cutSegment,
  type FilmIndex,
  indexFilm,
  initSegment,
  type Kind,
  listSegments,
  readHead,
} from '../index.ts'

export async function fileSource(
  file: string,
): Promise<ByteSource & { close: () => Promise<void> }> {
  const handle = await open(file)
  const { size } = await handle.stat()
  return {
    sizeBytes: size,
    async read(offset, lengthBytes) {
      const bytes = new Uint8Array(lengthBytes)
      const { bytesRead } = await handle.read(bytes, 0, lengthBytes, offset)
      if (bytesRead !== lengthBytes) throw new RangeError('Outside of the file')
      return bytes
    },
    close: () => handle.close(),
  }
}

/** A film of which every segment can be had, and what that took. */
export interface CutFilm {
  head: FilmIndex
  indexBytes: number
  reads: { index: number; source: number; sourceBytes: number }
  cut: (kind: Kind, number: number) => Promise<{ video?: Uint8Array; audio?: Uint8Array }>
  /** Initialisation and some segments in one file. */
  join: (kind: Kind, from?: number, to?: number) => Promise<Uint8Array>
}

/** Throws where the film is not to be played from its source. */
export async function openCut(source: ByteSource): Promise<CutFilm> {
  const { summary, index } = await indexFilm(source)
  if (!index) throw new Error(`It does not play: ${JSON.stringify(summary.verdict)}`)
  const head = readHead(index)
  const reads = { index: 0, source: 0, sourceBytes: 0 }
  const cut: CutFilm['cut'] = (kind, number) =>
    cutSegment(
      head,
      kind,
      number,
      async (offset, lengthBytes) => {
        reads.index++
        return index.slice(offset, offset + lengthBytes)
      },
      (offset, lengthBytes) => {
        reads.source++
        reads.sourceBytes += lengthBytes
        return source.read(offset, lengthBytes)
      },
    )
  return {
    head,
    indexBytes: index.length,
    reads,
    cut,
    async join(kind, from = 0, to = listSegments(head, kind).length) {
      const parts = [initSegment(head, kind)]
      for (let number = from; number < to; number++) {
        parts.push((await cut(kind, number))[kind]!)
      }
      return Buffer.concat(parts)
    },
  }
}
