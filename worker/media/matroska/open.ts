import type { ByteSource, SlicedFilm } from '../film.ts'
import { withBudget } from '../film.ts'
import { measureFilm } from '../slice/film.ts'
import type { Draft } from '../slice/film.ts'
import { describeAudio, describeVideo } from './describe.ts'
import { chooseTracks, toTiming, writeHead } from './head.ts'
import { readLayout } from './layout.ts'
import { findPlaces } from './place.ts'
import { readTracks } from './track.ts'

const budget = { maxReads: 96, maxBytes: 160 * 1024 * 1024 }

/**
 * Matroska and WebM. With cues it takes some ten reads: the front, the cues, looks at a few
 * clusters, the first and the last slice; without them a file up to 96 MiB is read whole. Throws
 * MediaError.
 */
export async function openMatroska(file: ByteSource): Promise<SlicedFilm> {
  const source = withBudget(file, budget)
  return measureFilm(source, (await draftMatroska(source, chooseTracks)).draft)
}

/** What is known before any slice is read; `choose` picks the tracks. Throws MediaError. */
export async function draftMatroska(source: ByteSource, choose: typeof chooseTracks) {
  const layout = await readLayout(source)
  const tracks = readTracks(layout.tracks)
  const chosen = choose(tracks)
  const timing = toTiming(layout.timestampScaleNs)
  const places = await findPlaces(source, layout, { timing, ...chosen })
  const lastPlace = places.at(-1)?.offset ?? 0
  const { timescale } = timing
  const draft: Draft = {
    container: 'matroska',
    head: writeHead(layout, [chosen.video, chosen.audio]),
    places,
    endOffset: Math.min(layout.end, ...layout.others.filter((offset) => offset > lastPlace)),
    describe: ({ video }) => ({
      video: chosen.video && describeVideo(chosen.video, timescale, video),
      audio: chosen.audio && describeAudio(chosen.audio, timescale),
    }),
  }
  return { draft, layout, tracks, timing, chosen }
}
