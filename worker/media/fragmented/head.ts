import { MediaError } from '../film.ts'
import { Fields, findBox, getBox, listBoxes } from '../mp4/box.ts'
import type { Box } from '../mp4/box.ts'
import { readMovie } from '../mp4/movie.ts'
import type { FragmentedMovie, FragmentedTrack } from '../mp4/movie.ts'
import { inMemory } from '../slice/memory.ts'
import { readDefaults } from './moof.ts'
import type { Defaults } from './moof.ts'

/** The chosen tracks of a fragmented movie, and what their fragments leave out. */
export interface Head {
  video: HeadTrack | null
  audio: HeadTrack | null
  defaults: Map<number, Defaults>
}

export interface HeadTrack {
  id: number
  timescale: number
  /** Added to times of fragments, in ticks, by the edit list. */
  shift: number
}

const maxHeadBytes = 256 * 1024

export function toHead({ body, video, audio, timescale }: FragmentedMovie): Head {
  const all = readDefaults(getBox(listBoxes(body), 'mvex'))
  const toTrack = (chosen: FragmentedMovie['video'] | FragmentedMovie['audio']) =>
    chosen && {
      id: chosen.id,
      timescale: chosen.track.timescale,
      shift: shiftOf(chosen, timescale),
    }
  const tracks = { video: toTrack(video), audio: toTrack(audio) }
  const nothing = { duration: 0, sizeBytes: 0, flags: 0 }
  const ids = [video?.id, audio?.id].filter((id) => id !== undefined)
  return { ...tracks, defaults: new Map(ids.map((id) => [id, all.get(id) ?? nothing])) }
}

type AnyTrack = Pick<FragmentedTrack<never>, 'edit'> & { track: { timescale: number } }

function shiftOf({ edit, track }: AnyTrack, movieTimescale: number): number {
  return Math.round((edit.delay / movieTimescale) * track.timescale) - edit.mediaTime
}

/** `ftyp` and a `moov` with the chosen tracks and nothing else. Throws `too_costly`. */
export function writeHead({ body, video, audio }: FragmentedMovie): Uint8Array {
  const ids = [video?.id, audio?.id]
  const kept = listBoxes(body).filter(({ type, body }) =>
    type === 'trak' ? ids.includes(idOf(body)) : type === 'mvhd' || type === 'mvex',
  )
  const moov = kept.map(({ type, body }) => toBox(type, [body]))
  const head = joinAll([toBox('ftyp', [brands]), toBox('moov', moov)])
  if (head.length > maxHeadBytes)
    throw new MediaError('too_costly', 'The tracks take too much room')
  return head
}

/** Major brand, version, compatible brand. */
const brands = Uint8Array.from([...'iso6', ...'\0\0\0\0', ...'iso6'], (c) => c.charCodeAt(0))

function idOf(trak: Uint8Array): number {
  const fields = new Fields(findBox(listBoxes(trak), 'tkhd') ?? new Uint8Array(0))
  return fields.u32(fields.u8(0) === 1 ? 20 : 12)
}

function toBox(type: Box['type'], bodies: Uint8Array[]): Uint8Array {
  const header = new Uint8Array(8)
  const sizeBytes = bodies.reduce((sum, { length }) => sum + length, header.length)
  new DataView(header.buffer).setUint32(0, sizeBytes)
  header.set(
    Array.from(type, (letter) => letter.charCodeAt(0)),
    4,
  )
  return joinAll([header, ...bodies])
}

function joinAll(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0)
  return all
}

/** Reads what `writeHead` wrote. */
export async function readHead(head: Uint8Array): Promise<Head> {
  const movie = await readMovie(inMemory(head))
  if (movie.kind === 'fragmented') return toHead(movie.movie)
  throw new MediaError('damaged', 'This is no head of a fragmented film')
}
