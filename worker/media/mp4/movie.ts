import { MediaError } from '../film.ts'
import type { AudioTrack, ByteSource, SampledFilm, VideoTrack } from '../film.ts'
import { findBox, listBoxes } from './box.ts'
import { listCandidates } from './choice.ts'
import type { Candidates } from './choice.ts'
import type { Edit } from './edit.ts'
import { readMovieHead } from './outline.ts'
import type { MovieHead, Outline } from './outline.ts'
import { readPicture } from './picture-entry.ts'
import { toFilm } from './sampled.ts'
import { readSound } from './sound-entry.ts'
import { countSamples } from './table.ts'
import { readMoov } from './top-level.ts'
import type { TopBox } from './top-level.ts'

/** A track whose samples are told by fragments. */
export interface FragmentedTrack<T extends VideoTrack | AudioTrack> {
  /** `track_ID`, by which fragments name it. */
  id: number
  track: T
  edit: Edit
}

/** A movie whose samples are told by fragments after it. */
export interface FragmentedMovie {
  /** Place of `moov` in the file, and its body. */
  moov: TopBox
  body: Uint8Array
  /** Ticks a second of delays and durations of edits. */
  timescale: number
  video: FragmentedTrack<VideoTrack> | null
  audio: FragmentedTrack<AudioTrack> | null
}

export type Movie =
  { kind: 'sampled'; film: SampledFilm } | { kind: 'fragmented'; movie: FragmentedMovie }

/** What `moov` says before anything is chosen or walked. */
export interface MovieOutline {
  moov: TopBox
  body: Uint8Array
  head: MovieHead
  candidates: Candidates
  isFragmented: boolean
}

/** Reads `moov` of at most `maxBytes`. Throws MediaError. */
export async function readMovieOutline(
  source: ByteSource,
  maxBytes?: number,
): Promise<MovieOutline> {
  const { box, body } = await readMoov(source, maxBytes)
  const boxes = listBoxes(body)
  const head = readMovieHead(boxes)
  const traks = boxes.filter(({ type }) => type === 'trak').map((trak) => trak.body)
  const candidates = listCandidates(traks, head)
  const all = [...candidates.video, ...candidates.audio]
  if (!all.length) throw new MediaError('no_tracks', 'The file has neither picture nor sound')

  const isFragmented = findBox(boxes, 'mvex') !== null
  if (isFragmented && all.some((outline) => countSamples(outline.stbl) > 0)) {
    throw new MediaError('unknown_container', 'Some samples are in the index, some in fragments')
  }
  return { moov: box, body, head, candidates, isFragmented }
}

/**
 * Reads an MP4 or MOV file in two or three reads. Throws MediaError for what it may hold, and lets
 * `MissingBytes` through.
 */
export async function readMovie(source: ByteSource): Promise<Movie> {
  const outline = await readMovieOutline(source)
  const { candidates, head, isFragmented } = outline
  if (isFragmented) return { kind: 'fragmented', movie: toFragmentedMovie(outline) }
  return { kind: 'sampled', film: await toFilm(candidates, head, source) }
}

/** The best tracks of a movie in fragments. Throws `damaged`. */
export const toFragmentedMovie = (outline: MovieOutline): FragmentedMovie => ({
  moov: outline.moov,
  body: outline.body,
  ...describe(outline.candidates, outline.head),
})

/** A file whose samples all are in its index; throws `unknown_container` for a fragmented one. */
export async function openMp4(source: ByteSource): Promise<SampledFilm> {
  const movie = await readMovie(source)
  if (movie.kind === 'sampled') return movie.film
  throw new MediaError('unknown_container', 'The samples of the file are in fragments')
}

function describe({ video, audio }: Candidates, { timescale }: MovieHead) {
  const [picture, sound] = [video[0], audio[0]]
  return {
    timescale,
    video: picture ? toFragmented(picture, readPicture(picture)) : null,
    audio: sound ? toFragmented(sound, readSound(sound)) : null,
  }
}

function toFragmented<T extends VideoTrack | AudioTrack>(outline: Outline, track: T) {
  if (track.timescale === 0) throw new MediaError('damaged', 'A track has no clock')
  return { id: outline.id, track, edit: outline.edit }
}
