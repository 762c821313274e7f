import { listChapterIds, readOutline } from './outline.ts'
import type { MovieHead, Outline } from './outline.ts'

const stills = ['jpeg', 'png ']
const isStill = (outline: Outline) => Number(stills.includes(outline.entry.type))
const pixels = (outline: Outline) => outline.widthPx * outline.heightPx

/** Enabled tracks first, then the larger picture or the fuller sound, then the order of the file. */
const byWorth = (a: Outline, b: Outline): number =>
  isStill(a) - isStill(b) ||
  Number(b.isEnabled) - Number(a.isEnabled) ||
  pixels(b) - pixels(a) ||
  b.channels - a.channels ||
  a.order - b.order

/** Candidates for the picture and the sound of a film, the best first. */
export interface Candidates {
  video: Outline[]
  audio: Outline[]
}

/** `traks` are the bodies of all tracks of a movie. Throws `damaged`. */
export function listCandidates(traks: Uint8Array[], movie: MovieHead): Candidates {
  const chapters = listChapterIds(traks)
  const outlines = traks
    .map((trak, order) => readOutline(trak, order, movie))
    .filter((outline) => outline !== null)
    .toSorted(byWorth)
  return {
    video: outlines.filter(({ kind, id }) => kind === 'video' && !chapters.has(id)),
    audio: outlines.filter(({ kind }) => kind === 'audio'),
  }
}
