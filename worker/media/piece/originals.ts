import { MediaError } from '../film.ts'
import type { ByteSource } from '../film.ts'
import { Fields, getBox, listBoxes } from '../mp4/box.ts'
import type { MovieOutline } from '../mp4/movie.ts'
import type { Outline } from '../mp4/outline.ts'
import { readAhead, walkTopLevel } from '../mp4/top-level.ts'
import { box, u16, u32 } from '../write/box.ts'
import type { Originals } from './write.ts'

/** Colour profiles lie in sample entries. */
const maxEntryBytes = 4 * 1024 * 1024
const maxBrandsBytes = 4096
const matrixBytes = 36

/** What a piece takes from its source as it stands. Throws `damaged` and `too_costly`. */
export async function readOriginals(
  source: ByteSource,
  { body }: MovieOutline,
  { order, entry, listVersion, timescale }: Outline,
): Promise<Originals> {
  const boxes = listBoxes(body)
  const movie = new Fields(getBox(boxes, 'mvhd'))
  const traks = boxes.filter(({ type }) => type === 'trak')
  const track = new Fields(getBox(listBoxes(traks[order]!.body), 'tkhd'))
  const movieMatrixAt = movie.u8(0) === 1 ? 48 : 36
  const trackMatrixAt = track.u8(0) === 1 ? 52 : 40
  return {
    brands: await readBrands(source),
    movieMatrix: sliceOf(movie, movieMatrixAt, matrixBytes),
    trackMatrix: sliceOf(track, trackMatrixAt, matrixBytes),
    shownSize: sliceOf(track, trackMatrixAt + matrixBytes, 8),
    description: Uint8Array.from(u32(listVersion * 2 ** 24)),
    entry: toEntry(entry),
    timescale,
  }
}

function sliceOf(fields: Fields, at: number, lengthBytes: number): Uint8Array {
  if (at + lengthBytes > fields.length) throw new MediaError('damaged', 'A box is cut off')
  return fields.bytes.slice(at, at + lengthBytes)
}

/** As it stands, but for the number of the file that holds the samples, which is now this one. */
function toEntry({ type, body }: Outline['entry']): Uint8Array {
  if (body.length > maxEntryBytes) throw new MediaError('too_costly', 'A sample entry is too large')
  if (body.length < 8) throw new MediaError('damaged', 'A sample entry is cut off')
  const copy = body.slice()
  copy.set(u16(1), 6)
  return box(type, copy)
}

/** QuickTime and ISO files are read a little differently, and `ftyp` tells which it is. */
async function readBrands(source: ByteSource): Promise<Uint8Array | null> {
  for await (const found of walkTopLevel(readAhead(source))) {
    const lengthBytes = found.sizeBytes - found.headerBytes
    if (found.type === 'moov') return null
    if (found.type !== 'ftyp') continue
    const isSane = lengthBytes >= 8 && lengthBytes <= maxBrandsBytes
    return isSane ? source.read(found.offset + found.headerBytes, lengthBytes) : null
  }
  return null
}
