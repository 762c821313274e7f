/** Tracks that lie in files of their own, put into one: ISO/IEC 14496-12, chapter 8. */
import { MediaError } from '../film.ts'
import { findBox, findPath, getBox, listBoxes, readBoxHeader, viewOf } from '../mp4/box.ts'
import { type Bytes, ascii, box, fullBox, u16, u32, u64 } from './box.ts'

/** Initialisation segments of one track each → one of them all; their tracks are 1, 2 … in order. */
export function joinInits(inits: Uint8Array[], durationSeconds: number): Uint8Array {
  const movies = inits.map((init) => listBoxes(getBox(listBoxes(init), 'moov')))
  const header = copyOf(getBox(movies[0]!, 'mvhd'))
  const timescale = movieTimescale(header)
  viewOf(header).setUint32(header.length - 4, inits.length + 1) // the next track's id
  const tracks = movies.map((movie, index) => {
    const ratio = timescale / movieTimescale(getBox(movie, 'mvhd'))
    return box('trak', renumberTrack(copyOf(getBox(movie, 'trak')), index + 1, ratio))
  })
  const defaults = movies.map((movie, index) => {
    const trex = copyOf(getBox(listBoxes(getBox(movie, 'mvex')), 'trex'))
    viewOf(trex).setUint32(4, index + 1)
    return box('trex', trex)
  })
  const duration = fullBox('mehd', 1, 0, u64(Math.round(durationSeconds * timescale)))
  const extension = box('mvex', duration, ...defaults)
  const brands = ['iso6', 'iso5', 'mp41'].flatMap(ascii)
  return concat([
    box('ftyp', ascii('iso6'), u32(0), brands),
    box('moov', box('mvhd', header), ...tracks, extension),
  ])
}

/** What `slice` of a Buffer is not. */
const copyOf = (bytes: Uint8Array) => new Uint8Array(bytes)

const concat = (parts: Bytes[]): Uint8Array => box('free', ...parts).subarray(8)

const movieTimescale = (mvhd: Uint8Array): number => viewOf(mvhd).getUint32(mvhd[0] === 1 ? 20 : 12)

/** In place. Edits are timed in the movie's ticks, whose number a second may be another one now. */
function renumberTrack(trak: Uint8Array, id: number, ratio: number): Uint8Array {
  const boxes = listBoxes(trak)
  const header = getBox(boxes, 'tkhd')
  viewOf(header).setUint32(header[0] === 1 ? 20 : 12, id)
  const edits = findBox(listBoxes(findBox(boxes, 'edts') ?? new Uint8Array()), 'elst')
  if (!edits) return trak
  const view = viewOf(edits)
  const isLong = edits[0] === 1
  for (let entry = 0; entry < view.getUint32(4); entry++) {
    const at = 8 + entry * (isLong ? 20 : 12)
    if (isLong) view.setBigUint64(at, BigInt(Math.round(Number(view.getBigUint64(at)) * ratio)))
    else view.setUint32(at, Math.round(view.getUint32(at) * ratio))
  }
  return trak
}

/** Where a segment lies in the joined file, and as what. */
export interface Place {
  trackId: number
  /** Of its first byte. */
  offset: number
  /** Of its first fragment; they count up through the file. */
  sequence: number
}

/** A copy of a segment for its place in a joined file; of the same size. */
export function placeSegment(segment: Uint8Array, { trackId, offset, sequence }: Place) {
  const bytes = copyOf(segment)
  let fragments = 0
  for (let at = 0; at < bytes.length;) {
    const header = readBoxHeader(bytes, at)
    if (!header || header.sizeBytes < header.headerBytes) break
    const { type, headerBytes, sizeBytes } = header
    // Types and indexes of single segments say nothing true of the whole.
    if (type === 'styp' || type === 'sidx') bytes.set(ascii('free'), at + 4)
    if (type === 'moof') {
      const boxes = listBoxes(bytes.subarray(at + headerBytes, at + sizeBytes))
      viewOf(getBox(boxes, 'mfhd')).setUint32(4, sequence + fragments)
      for (const { type: inner, body } of boxes) {
        if (inner === 'traf') placeRun(getBox(listBoxes(body), 'tfhd'), trackId, offset + at)
      }
      fragments += 1
    }
    at += sizeBytes
  }
  return bytes
}

const hasBaseOffset = 1

function placeRun(tfhd: Uint8Array, trackId: number, moofOffset: number): void {
  const view = viewOf(tfhd)
  view.setUint32(4, trackId)
  if (view.getUint32(0) & hasBaseOffset) view.setBigUint64(8, BigInt(moofOffset))
}

/** Ticks a second of an initialisation segment's track. */
export function trackTimescale(init: Uint8Array): number {
  const mdhd = findPath(init, 'moov', 'trak', 'mdia', 'mdhd')
  if (!mdhd) throw new MediaError('damaged', 'The file lacks its mdhd')
  return viewOf(mdhd).getUint32(mdhd[0] === 1 ? 20 : 12)
}

const maxReferences = 0xffff

/**
 * The index of what follows it, by which players find times and the whole duration: `sidx`, 8.16.3.
 * In ticks of the first track, for ffmpeg takes them for such. Nothing where there are more
 * references than it can hold.
 */
export function segmentIndex(
  timescale: number,
  references: { sizeBytes: number; seconds: number }[],
): Uint8Array {
  if (references.length > maxReferences) return new Uint8Array()
  let seconds = 0
  const beginsWithKeyFrame = 0x9000_0000
  const entries = references.flatMap(({ sizeBytes, seconds: length }) => {
    const from = Math.round(seconds * timescale)
    seconds += length
    const ticks = Math.round(seconds * timescale) - from
    return [...u32(sizeBytes), ...u32(ticks), ...u32(beginsWithKeyFrame)]
  })
  const head = [u32(1), u32(timescale), u64(0), u64(0), u16(0), u16(references.length)]
  return fullBox('sidx', 1, 0, ...head, entries)
}
