/** Strangers' files: real films with damage, taken through the whole room as the Worker does. */
import { type ByteSource, MediaError, MissingBytes } from '../film.ts'
import { cutSegment, indexFilm, listSegments, readHead, segmentCount } from '../index.ts'
import { openPieces } from '../piece/index.ts'

/** A repeatable stream of numbers from 0 to before `below`. */
export function createDice(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1
  return (below) => {
    // Marsaglia, "Xorshift RNGs", 2003.
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

type Dice = ReturnType<typeof createDice>
type Damage = (file: Uint8Array, dice: Dice) => Uint8Array

const boxNames = ['moov', 'trak', 'stbl', 'stsz', 'stco', 'stsc', 'stts', 'ctts', 'stss', 'elst']
const moreNames = ['stsd', 'avcC', 'esds', 'mdhd', 'tkhd', 'mvex', 'moof', 'trun', 'tfhd', 'sidx']
const extremes = [0, 1, 7, 8, 0x7f_ff_ff_ff, 0x80_00_00_00, 0xff_ff_ff_ff]

/** Where MP4 boxes begin; elsewhere, any byte. */
function pickBox(file: Uint8Array, dice: Dice): number {
  const name = [...boxNames, ...moreNames][dice(20)]!
  const at = Buffer.from(file.buffer, file.byteOffset, file.byteLength).indexOf(name)
  return at >= 4 ? at - 4 : dice(file.length)
}

function putWord(file: Uint8Array, at: number, value: number): void {
  for (let i = 0; i < 4 && at + i < file.length; i++) file[at + i] = value >>> (24 - 8 * i)
}

/** Most damage lies near the start or the end, where indexes are. */
function pickByte(file: Uint8Array, dice: Dice): number {
  const near = Math.min(file.length, 6000)
  return [dice(file.length), dice(near), file.length - 1 - dice(near)][dice(3)]!
}

const damages: Damage[] = [
  (file, dice) => {
    for (let n = dice(12) + 1; n > 0; n--) file[pickByte(file, dice)]! ^= 1 << dice(8)
    return file
  },
  (file, dice) => {
    for (let n = dice(8) + 1; n > 0; n--) file[pickByte(file, dice)] = dice(256)
    return file
  },
  (file, dice) => {
    const size = dice(2) ? extremes[dice(extremes.length)]! : dice(2 ** 31)
    putWord(file, pickBox(file, dice), size)
    return file
  },
  (file, dice) => {
    const field = pickBox(file, dice) + 8 + 4 * dice(12)
    putWord(file, field, extremes[dice(extremes.length)]!)
    return file
  },
  (file, dice) => file.slice(0, dice(file.length) + 1),
  (file, dice) => {
    const [from, to, length] = [dice(file.length), dice(file.length), dice(4000)]
    return file.copyWithin(to, from, from + length)
  },
  (file, dice) => file.slice(dice(Math.min(file.length - 1, 4000))),
]

export const damage = (file: Uint8Array, dice: Dice): Uint8Array => {
  let damaged: Uint8Array = file.slice()
  for (let n = dice(3) + 1; n > 0; n--) damaged = damages[dice(damages.length)]!(damaged, dice)
  return damaged
}

/** A file in memory that tells of every read outside of it. */
function watchedSource(file: Uint8Array): ByteSource & { strays: number } {
  return {
    sizeBytes: file.length,
    strays: 0,
    async read(offset, lengthBytes) {
      if (!(offset >= 0 && lengthBytes >= 0 && offset + lengthBytes <= file.length)) {
        this.strays += 1
        throw new RangeError(`read of ${lengthBytes} from ${offset} in ${file.length}`)
      }
      return file.slice(offset, offset + lengthBytes)
    },
  }
}

export interface Outcome {
  end: 'plays' | 'not from source' | 'refused' | 'refused when cut'
  /** Reads outside of the file that the room's own limits let through. */
  strays: number
  ms: number
}

const isExpected = (error: unknown) => error instanceof MediaError || error instanceof MissingBytes

/** Index, head, and up to six segments of each track. Throws whatever nobody expects. */
export async function takeThrough(file: Uint8Array): Promise<Outcome> {
  const source = watchedSource(file)
  const startedAt = performance.now()
  const done = (end: Outcome['end']): Outcome => ({
    ...{ end, strays: source.strays },
    ms: performance.now() - startedAt,
  })
  const indexed = await indexFilm(source).catch((error: unknown) => {
    if (isExpected(error)) return undefined
    throw error
  })
  if (!indexed) return done('refused')
  if (!indexed.index) return done('not from source')
  const { index } = indexed
  const head = readHead(index)
  const readIndex = async (offset: number, length: number) => index.slice(offset, offset + length)
  for (const kind of ['video', 'audio'] as const) {
    listSegments(head, kind)
    const count = segmentCount(head, kind)
    for (let n = 0; n < Math.min(count, 6); n++) {
      const number = n < 3 ? n : Math.max(n, count - n)
      const read = (offset: number, length: number) => source.read(offset, length)
      const cut = cutSegment(head, kind, number, readIndex, read)
      const error = await cut.then(
        () => undefined,
        (reason: unknown) => reason ?? 'nothing',
      )
      if (error === undefined) continue
      if (isExpected(error)) return done('refused when cut')
      throw error
    }
  }
  return done('plays')
}

/** Opened for pieces, of which three are read to their end. Throws whatever nobody expects. */
export async function takePieces(file: Uint8Array): Promise<Outcome> {
  const source = watchedSource(file)
  const startedAt = performance.now()
  let end: Outcome['end'] = 'refused'
  try {
    const film = await openPieces(source)
    end = 'refused when cut'
    const { firstSeconds, endSeconds } = film
    const middle = (firstSeconds + endSeconds) / 2
    for (const [fromSeconds, toSeconds] of [
      [firstSeconds, Infinity],
      [middle, middle + 2],
      [endSeconds, endSeconds],
    ] as const) {
      const piece = film.cut({ fromSeconds, toSeconds, preRollSeconds: 1 })
      let sizeBytes = 0
      for await (const chunk of piece.bytes()) sizeBytes += chunk.length
      if (sizeBytes > 3 * file.length + 2 ** 20) throw new Error(`A piece of ${sizeBytes} bytes`)
      if (sizeBytes !== (piece.sizeBytes ?? sizeBytes)) throw new Error('Not as announced')
    }
    end = 'plays'
  } catch (error) {
    if (!isExpected(error)) throw error
  }
  return { end, strays: source.strays, ms: performance.now() - startedAt }
}
