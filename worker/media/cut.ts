/** From an index and the bytes of its film to media segments. */
import { ByteReader } from './bytes.ts'
import { MissingBytes } from './film.ts'
import { type Page, readPage } from './page.ts'
import { extentOf, segmentCount, trackOf } from './segment.ts'
import { cutSlices } from './slices.ts'
import type { FilmIndex, Kind } from './store.ts'
import { writeFragment } from './write/fragment.ts'

export type ReadRange = (offset: number, lengthBytes: number) => Promise<Uint8Array>

/** The segment that was asked for, and the other one when its bytes came along. */
export interface CutSegments {
  video?: Uint8Array
  audio?: Uint8Array
}

/** Reading this much more than a segment holds is cheaper than to ask twice. */
const maxWaste = 1.3
const freeBytes = 65_536

interface Piece {
  kind: Kind
  number: number
  from: number
  to: number
  sizeBytes: number
}

/**
 * Segment `number` of a kind. Takes one read of the index and one or two of the source. Where sound
 * and picture lie mixed in the same bytes it makes both, for the other is asked for next. Throws
 * RangeError for segments that do not exist and lets errors of both readers through.
 */
export async function cutSegment(
  index: FilmIndex,
  kind: Kind,
  number: number,
  readIndex: ReadRange,
  readSource: ReadRange,
): Promise<CutSegments> {
  const track = trackOf(index, kind)
  if (!(number >= 0 && number < track.count)) throw new RangeError('There is no such segment')
  if (index.slicing) return cutSlices(index, index.slicing, number, readSource)

  const own = pieceOf(index, kind, number)
  const sibling = findSharing(index, own)
  if (!sibling) return cutPieces(index, [own], readIndex, readSource)
  try {
    return await cutPieces(index, [own, sibling], readIndex, readSource)
  } catch (error) {
    // While the film is being uploaded the other one's last bytes may still be on their way.
    if (!(error instanceof MissingBytes)) throw error
    return cutPieces(index, [own], readIndex, readSource)
  }
}

function pieceOf(index: FilmIndex, kind: Kind, number: number): Piece {
  const track = trackOf(index, kind)
  return { kind, number, ...extentOf(track, number), sizeBytes: track.sizes[number]! }
}

/** The segment of the other kind, when both together waste little of what is read. */
function findSharing(index: FilmIndex, own: Piece): Piece | null {
  const kind = own.kind === 'video' ? 'audio' : 'video'
  if (own.number >= segmentCount(index, kind)) return null
  const other = pieceOf(index, kind, own.number)
  const { from, to } = unite([own, other])
  const isShared = other.from < own.to && own.from < other.to
  const needed = own.sizeBytes + other.sizeBytes
  return isShared && to - from <= maxWaste * needed + freeBytes ? other : null
}

const unite = (ranges: { from: number; to: number }[]) => ({
  from: Math.min(...ranges.map(({ from }) => from)),
  to: Math.max(...ranges.map(({ to }) => to)),
})

async function cutPieces(
  index: FilmIndex,
  pieces: Piece[],
  readIndex: ReadRange,
  readSource: ReadRange,
): Promise<CutSegments> {
  const { from, to } = unite(pieces)
  const [pages, bytes] = await Promise.all([
    readPages(index, pieces, readIndex),
    readSource(from, to - from),
  ])
  const cut: CutSegments = {}
  pieces.forEach((piece, at) => {
    cut[piece.kind] = fill(pages[at]!, piece.number, bytes.subarray(piece.from - from))
  })
  return cut
}

async function readPages(index: FilmIndex, pieces: Piece[], readIndex: ReadRange): Promise<Page[]> {
  const places = pieces.map(({ kind, number }) => {
    const { pageOffsets, pageBytes } = trackOf(index, kind)
    return { from: pageOffsets[number]!, to: pageOffsets[number]! + pageBytes[number]! }
  })
  const { from, to } = unite(places)
  const bytes = await readIndex(from, to - from)
  return places.map((place) => readPage(new ByteReader(bytes, place.from - from)))
}

/** `extent`: from the first byte of the source that the segment needs. */
function fill(page: Page, number: number, extent: Uint8Array): Uint8Array {
  const { bytes, payload } = writeFragment(page, number + 1)
  let at = 0
  for (const { offset, lengthBytes } of page.runs) {
    payload.set(extent.subarray(offset, offset + lengthBytes), at)
    at += lengthBytes
  }
  return bytes
}
