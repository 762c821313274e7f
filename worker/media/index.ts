/** The door of the room: a stranger's file becomes an index, and an index segments that play. */
import { decide } from './decide.ts'
import { type Examined, examineSamples, examineSlices } from './examine.ts'
import { type ByteSource, withBudget } from './film.ts'
import { openFilm } from './open.ts'
import { writeIndex } from './store.ts'
import { summarise } from './summarise.ts'
import type { FilmSummary } from './summary.ts'
import { writeInit } from './write/init.ts'

export { type CutSegments, cutSegment, type ReadRange } from './cut.ts'
export { initSegment, listSegments, segmentCount, type SegmentPlace } from './segment.ts'
export { type FilmIndex, headBytesOf, headPrefixBytes, type Kind, readHead } from './store.ts'

const budget = { maxReads: 800, maxBytes: 256 * 1024 * 1024 }

/** What was learnt of a file. The index is null where it does not play from its source. */
export interface IndexedFilm {
  summary: FilmSummary
  index: Uint8Array | null
}

/**
 * Reads the parts of a file that say where its samples are, and decides whether browsers may play
 * it as it is. Throws MediaError for what cannot be read, and MissingBytes while they arrive.
 */
export async function indexFilm(source: ByteSource): Promise<IndexedFilm> {
  const frugal = withBudget(source, budget)
  const film = await openFilm(frugal)
  const examine =
    film.addressing === 'samples' ? examineSamples(film, frugal) : examineSlices(film, frugal)
  const examined = await examine
  const verdict = decide(examined.video, examined.audio)
  const summary = summarise({ container: film.container, ...examined, verdict })
  return { summary, index: verdict.isPlayable ? toIndex(source, summary, examined) : null }
}

/** Sound that players cannot play as it is stays out of it. */
function toIndex(source: ByteSource, summary: FilmSummary, examined: Examined): Uint8Array {
  const { video, slicing } = examined
  const audio = summary.verdict.obstacle ? null : examined.audio
  return writeIndex({
    summary,
    sourceBytes: source.sizeBytes,
    video: video && { cut: video.cut, init: writeInit(video.track, video.cut) },
    audio: audio && { cut: audio.cut, init: writeInit(audio.track, audio.cut) },
    slicing: slicing && { ...slicing, audio: audio && slicing.audio },
  })
}
