import { MediaError } from '../film.ts'
import type { ByteSource } from '../film.ts'
import { toHead } from '../fragmented/head.ts'
import type { Head } from '../fragmented/head.ts'
import { readMoof } from '../fragmented/moof.ts'
import { draftFragmented } from '../fragmented/open.ts'
import { listBoxes, readBoxHeader, viewOf } from '../mp4/box.ts'
import { toFragmentedMovie } from '../mp4/movie.ts'
import type { MovieOutline } from '../mp4/movie.ts'
import { readAhead, walkTopLevel } from '../mp4/top-level.ts'
import type { TopBox } from '../mp4/top-level.ts'
import type { Draft } from '../slice/film.ts'
import { openSlicedPieces } from './sliced.ts'
import { readRange } from './piece.ts'
import type { PieceSource, Sources } from './piece.ts'

const maxMoofBytes = 4 * 1024 * 1024

/** MP4 in fragments, cut where fragments begin. Throws MediaError. */
export async function openFragmentedPieces(
  { index, media }: Sources,
  outline: MovieOutline,
): Promise<PieceSource> {
  const movie = toFragmentedMovie(outline)
  const { video } = movie
  if (!video) throw new MediaError('no_tracks', 'The file has no picture')
  const head = toHead(movie)
  const draft = await draftFragmented(index, movie)
  if (await isAhead(index, draft, video.id, head)) {
    throw new MediaError('too_costly', 'Pictures are shown before they are decoded')
  }

  async function findEnd(offset: number, endOffset: number): Promise<number> {
    const ends = new Map<number, number>()
    let end = -Infinity
    for await (const box of boxesOf(index, offset, endOffset)) {
      if (box.type !== 'moof') continue
      const moof = await readBox(index, box)
      for (const run of readMoof(moof.subarray(box.headerBytes), head.defaults, ends)) {
        if (run.trackId !== video!.id) continue
        for (const { pts, duration } of run.samples) end = Math.max(end, pts + duration)
      }
    }
    return (end + head.video!.shift) / head.video!.timescale
  }

  return openSlicedPieces(index, draft, {
    ...{ startOffset: movie.moov.offset + movie.moov.sizeBytes, findEnd },
    write: (offset, endOffset) => ({
      sizeBytes: draft.head.length + endOffset - offset,
      bytes: () => writeFragments(media, draft.head, offset, endOffset),
    }),
  })
}

/**
 * ffmpeg moves all moments of a track by the most that a picture is said to be shown before it is
 * decoded, as far as it has read: that would be another distance in each piece.
 */
async function isAhead(source: ByteSource, draft: Draft, trackId: number, head: Head) {
  for (const { offset } of [draft.places[0], draft.places.at(-1)].filter((place) => !!place)) {
    for await (const box of boxesOf(source, offset, draft.endOffset)) {
      if (box.type !== 'moof') continue
      const moof = await readBox(source, box)
      const runs = readMoof(moof.subarray(box.headerBytes), head.defaults, new Map())
      const own = runs.filter((run) => run.trackId === trackId)
      if (own.some(({ samples }) => samples.some(({ pts, dts }) => pts < dts))) return true
      break
    }
  }
  return false
}

async function* boxesOf(source: ByteSource, offset: number, endOffset: number) {
  for await (const box of walkTopLevel(readAhead(source), offset)) {
    if (box.offset >= endOffset) return
    yield box
  }
}

function readBox(source: ByteSource, { offset, sizeBytes }: TopBox): Promise<Uint8Array> {
  const isWhole = sizeBytes <= maxMoofBytes && offset + sizeBytes <= source.sizeBytes
  if (!isWhole) throw new MediaError('damaged', 'A fragment is cut off')
  return source.read(offset, sizeBytes)
}

/** Lists of what lies where in the whole file. */
const lists = ['sidx', 'ssix', 'mfra']

/** As they stand, except that what counts from the start of the file counts from that of this one. */
async function* writeFragments(
  source: ByteSource,
  head: Uint8Array,
  offset: number,
  endOffset: number,
): AsyncGenerator<Uint8Array> {
  yield head
  for await (const box of boxesOf(source, offset, endOffset)) {
    const end = Math.min(box.offset + box.sizeBytes, endOffset)
    if (box.type === 'moof') {
      yield moveBases((await readBox(source, box)).slice(), head.length - offset)
    } else if (lists.includes(box.type)) {
      const bytes = (await source.read(box.offset, box.headerBytes)).slice()
      bytes.set([0x66, 0x72, 0x65, 0x65], 4) // free
      yield bytes
      yield* readRange(source, box.offset + box.headerBytes, end)
    } else yield* readRange(source, box.offset, end)
  }
}

const hasBase = 1

/** Moves explicit bases of `moof`. ISO/IEC 14496-12, 8.8.7 */
function moveBases(moof: Uint8Array, distance: number): Uint8Array {
  const { headerBytes } = readBoxHeader(moof, 0)!
  for (const traf of listBoxes(moof.subarray(headerBytes))) {
    const headers = traf.type === 'traf' ? listBoxes(traf.body) : []
    for (const { type, body } of headers) {
      if (type !== 'tfhd' || body.length < 16 || !(body[3]! & hasBase)) continue
      const view = viewOf(body)
      view.setBigUint64(8, view.getBigUint64(8) + BigInt(distance))
    }
  }
  return moof
}
