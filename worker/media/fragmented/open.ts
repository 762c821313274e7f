import { withBudget } from '../film.ts'
import type { ByteSource, SlicedFilm } from '../film.ts'
import type { FragmentedMovie } from '../mp4/movie.ts'
import { measureFilm } from '../slice/film.ts'
import type { Draft } from '../slice/film.ts'
import { toHead, writeHead } from './head.ts'
import { findPlaces } from './place.ts'

const budget = { maxReads: 640, maxBytes: 128 * 1024 * 1024 }

/**
 * MP4 in fragments; `movie` is what its `moov` said. Takes some ten reads with a list of the
 * fragments, one for each of them without. Throws MediaError.
 */
export async function openFragmented(
  file: ByteSource,
  movie: FragmentedMovie,
): Promise<SlicedFilm> {
  const source = withBudget(file, budget)
  return measureFilm(source, await draftFragmented(source, movie))
}

/** What is known before any slice is parsed. Throws MediaError. */
export async function draftFragmented(source: ByteSource, movie: FragmentedMovie): Promise<Draft> {
  const start = movie.moov.offset + movie.moov.sizeBytes
  const { places, endOffset } = await findPlaces(source, start, toHead(movie))
  return {
    container: 'mp4',
    head: writeHead(movie),
    places,
    endOffset,
    describe: () => ({ video: movie.video?.track ?? null, audio: movie.audio?.track ?? null }),
  }
}
