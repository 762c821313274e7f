import { MediaError } from '../film.ts'
import { Fields } from './box.ts'

/** What an edit list makes of a track, where it is as simple as nearly all are. */
export interface Edit {
  /** Before the track begins, in ticks of the movie. */
  delay: number
  /** The moment of the track that is shown first, in ticks of the track. */
  mediaTime: number
  /** In ticks of the movie; null for "to the end". */
  duration: number | null
  /** More than one piece, or another speed: the other fields then leave the list out. */
  isComplex: boolean
}

export const noEdit: Edit = { delay: 0, mediaTime: 0, duration: null, isComplex: false }
const emptyTime = -1
const normalRate = 1 << 16

interface Entry {
  duration: number
  mediaTime: number
  rate: number
}

/** -1 has all bits set. */
function readMediaTime(fields: Fields, at: number): number {
  const isEmpty = fields.i32(at) === -1 && fields.i32(at + 4) === -1
  return isEmpty ? emptyTime : fields.u64(at)
}

/** ISO/IEC 14496-12, 8.6.6 */
function listEntries(fields: Fields): Entry[] {
  const isLong = fields.u8(0) === 1
  const entryBytes = isLong ? 20 : 12
  const count = Math.min(fields.u32(4), Math.floor((fields.length - 8) / entryBytes))
  return Array.from({ length: count }, (_, index) => {
    const at = 8 + index * entryBytes
    return isLong
      ? {
          duration: fields.u64(at),
          mediaTime: readMediaTime(fields, at + 8),
          rate: fields.i32(at + 16),
        }
      : { duration: fields.u32(at), mediaTime: fields.i32(at + 4), rate: fields.i32(at + 8) }
  })
}

/** `elst` is the body of that box; null where there is none. Throws `damaged`. */
export function readEdit(elst: Uint8Array | null): Edit {
  const entries = elst ? listEntries(new Fields(elst)) : []
  if (!entries.length) return noEdit
  const first = entries.findIndex((entry) => entry.mediaTime !== emptyTime)
  const pieces = entries.filter((entry) => entry.mediaTime !== emptyTime)
  const [piece] = pieces
  if (!piece || pieces.length > 1 || piece.rate !== normalRate)
    return { ...noEdit, isComplex: true }
  if (piece.mediaTime < 0) throw new MediaError('damaged', 'An edit begins before its track')
  return {
    delay: entries.slice(0, first).reduce((sum, entry) => sum + entry.duration, 0),
    mediaTime: piece.mediaTime,
    duration: piece.duration || null,
    isComplex: false,
  }
}
