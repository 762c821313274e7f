import { MediaError } from '../film.ts'
import { Fields, findBox, findPath, getBox, listBoxes } from './box.ts'
import type { Box } from './box.ts'
import { readEdit } from './edit.ts'
import type { Edit } from './edit.ts'
import { chain, readMatrix } from './matrix.ts'
import type { Matrix } from './matrix.ts'
import { readSoundHead } from './sound-entry.ts'

/** What all tracks of a movie share. */
export interface MovieHead {
  /** Ticks a second of delays and durations of edits. */
  timescale: number
  matrix: Matrix
}

/** A track of picture or sound as far as it takes to choose between several. */
export interface Outline {
  id: number
  kind: 'video' | 'audio'
  /** Among all tracks of the file. */
  order: number
  isEnabled: boolean
  /** Of its own clock. */
  timescale: number
  language: string | null
  edit: Edit
  /** Of the movie and the track. */
  matrix: Matrix
  /** As the track wants to be shown, before the matrix; 0 for sound. */
  shownWidth: number
  shownHeight: number
  /** As the sample entry says; 0 for sound. */
  widthPx: number
  heightPx: number
  /** As the sample entry says; 0 for pictures. */
  channels: number
  /** Boxes of its sample table. */
  stbl: Box[]
  /** The sample entry in use, and the version of the list that it stands in. */
  entry: Box
  listVersion: number
}

/** `mvhd`. ISO/IEC 14496-12, 8.2.2 */
export function readMovieHead(moov: Box[]): MovieHead {
  const fields = new Fields(getBox(moov, 'mvhd'))
  const isLong = fields.u8(0) === 1
  const timescale = fields.u32(isLong ? 20 : 12) || 1
  return { timescale, matrix: readMatrix(fields, isLong ? 48 : 36) }
}

/** Three letters in 15 bits, or an older number of QuickTime. ISO/IEC 14496-12, 8.4.2 */
function readLanguage(mdhd: Fields, elng: Uint8Array | null): string | null {
  const extended = elng && String.fromCharCode(...elng.subarray(4, 40)).split('\0')[0]
  if (extended && /^[a-z]{2,3}(-[a-z\d]{2,8})*$/i.test(extended)) return extended
  const packed = mdhd.u16(mdhd.u8(0) === 1 ? 32 : 20)
  const letters = [10, 5, 0].map((shift) => String.fromCharCode(((packed >> shift) & 31) + 0x60))
  const text = letters.join('')
  return packed >= 0x400 && /^[a-z]{3}$/.test(text) && text !== 'und' ? text : null
}

const kinds: Record<string, Outline['kind']> = { vide: 'video', soun: 'audio' }

function readEntry(stbl: Box[]): Pick<Outline, 'entry' | 'listVersion'> {
  const list = new Fields(getBox(stbl, 'stsd'))
  const entries = listBoxes(list.rest(8))
  const runs = findBox(stbl, 'stsc')
  const index = runs && runs.length >= 20 ? new Fields(runs).u32(16) : 1
  const entry = entries[index - 1] ?? entries[0]
  if (!entry) throw new MediaError('damaged', 'A track describes no samples')
  return { entry, listVersion: list.u8(0) }
}

/** Null for tracks of neither picture nor sound. Throws `damaged`. */
export function readOutline(trak: Uint8Array, order: number, movie: MovieHead): Outline | null {
  const boxes = listBoxes(trak)
  const mdia = listBoxes(findBox(boxes, 'mdia') ?? new Uint8Array())
  const handler = findBox(mdia, 'hdlr')
  const kind = handler && kinds[new Fields(handler).type(8)]
  if (!kind) return null

  const tkhd = new Fields(getBox(boxes, 'tkhd'))
  const afterTimes = tkhd.u8(0) === 1 ? 12 : 0
  const mdhd = new Fields(getBox(mdia, 'mdhd'))
  const minf = listBoxes(getBox(mdia, 'minf'))
  const stbl = listBoxes(getBox(minf, 'stbl'))
  const { entry, listVersion } = readEntry(stbl)
  const isVideo = kind === 'video'
  const size = new Fields(entry.body)
  return {
    id: tkhd.u32(12 + (afterTimes ? 8 : 0)),
    ...{ kind, order, stbl, entry, listVersion },
    isEnabled: tkhd.u8(3) % 2 === 1,
    timescale: mdhd.u32(mdhd.u8(0) === 1 ? 20 : 12),
    language: readLanguage(mdhd, findBox(mdia, 'elng')),
    edit: readEdit(findPath(trak, 'edts', 'elst')),
    matrix: chain(readMatrix(tkhd, 40 + afterTimes), movie.matrix),
    shownWidth: isVideo ? tkhd.u32(76 + afterTimes) / 65536 : 0,
    shownHeight: isVideo ? tkhd.u32(80 + afterTimes) / 65536 : 0,
    widthPx: isVideo ? size.u16(24) : 0,
    heightPx: isVideo ? size.u16(26) : 0,
    channels: isVideo ? 0 : readSoundHead(entry.body, listVersion).channels,
  }
}

/** The tracks that others take for their chapters: pictures and titles that are no film. */
export function listChapterIds(traks: Uint8Array[]): Set<number> {
  const lists = traks.map((trak) => findPath(trak, 'tref', 'chap'))
  return new Set(
    lists.flatMap((list) => {
      const fields = new Fields(list ?? new Uint8Array())
      return Array.from({ length: fields.length >> 2 }, (_, index) => fields.u32(index * 4))
    }),
  )
}
