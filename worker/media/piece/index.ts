/**
 * Cuts small clean files out of a film: what it takes to decode a range of time, and nothing that
 * leads outside of the file.
 */
import { type ByteSource, MediaError, type ReadBudget, withBudget } from '../film.ts'
import { type MovieOutline, readMovieOutline } from '../mp4/movie.ts'
import { sniff } from '../open.ts'
import { openFragmentedPieces } from './fragmented.ts'
import { openMatroskaPieces } from './matroska.ts'
import { openTransportPieces } from './mpegts.ts'
import type { Choice, PieceSource } from './piece.ts'
import { openSampledPieces } from './sampled.ts'

export type { Choice, Piece, PieceRange, PieceSource } from './piece.ts'

/** Of reading what lies where; pictures are read when they are cut. */
const usualBudget = { maxReads: 2000, maxBytes: 288 * 1024 * 1024 }
const onlyInside = { maxReads: Infinity, maxBytes: Infinity }
const maxMoovBytes = 64 * 1024 * 1024

interface Options extends Choice {
  budget?: ReadBudget
}

/**
 * Opens a film to be cut. Throws MediaError: `unknown_container`, `no_tracks`, `damaged`,
 * `encrypted`, and `too_costly` for what is better cut out of a clean copy.
 */
export async function openPieces(file: ByteSource, options: Options = {}): Promise<PieceSource> {
  const { budget = usualBudget, ...choice } = options
  const index = withBudget(file, budget)
  const sources = { index, media: withBudget(file, onlyInside) }
  const { container } = await sniff(index)
  if (container === 'matroska') return openMatroskaPieces(sources, choice)
  if (container === 'mpegts') return openTransportPieces(sources, choice)
  const outline = chooseTrack(await readMovieOutline(index, maxMoovBytes), choice)
  const open = outline.isFragmented ? openFragmentedPieces : openSampledPieces
  return open(sources, outline)
}

function chooseTrack(outline: MovieOutline, { trackId }: Choice): MovieOutline {
  if (trackId === undefined) return outline
  const { audio, video } = outline.candidates
  const wanted = video.filter(({ id }) => id === trackId)
  if (wanted.length !== 1) throw new MediaError('too_costly', 'No such picture track')
  return { ...outline, candidates: { audio, video: wanted } }
}
