import { MediaError } from '../film.ts'
import type { Sample } from '../film.ts'
import { SampleCursor } from './cursor.ts'
import type { SampleTable } from './table.ts'

/** Which samples of a track are worth having. */
export interface Span {
  /** Decoding begins here. */
  first: number
  /** After the last one that is shown. */
  end: number
  /** The first moment shown, in ticks as in the file. */
  earliest: number
}

/** What an edit leaves of a track, in its own ticks. */
export interface Cut {
  start: number
  /** Infinity for "to the end". */
  end: number
}

/** Packets before an edit that a decoder may want to hear to be in tune: priming of any encoder. */
const priming = 4

/** Sound of one size a packet may count billions of them in a few bytes: those are never walked. */
export const maxAlike = 4_000_000

/**
 * The samples from the last place to start decoding before the cut to the last one shown, as far as
 * they lie in a file of `fileBytes`. Null where nothing is shown. Throws `too_costly`.
 */
export function findSpan(
  table: SampleTable,
  kind: 'video' | 'audio',
  { cut, fileBytes }: { cut: Cut; fileBytes: number },
): Span | null {
  if (table.constantBytes > 0 && table.count > maxAlike) {
    if (kind === 'video') throw new MediaError('too_costly', 'Millions of pictures of one size')
    return { first: 0, end: table.count, earliest: Math.max(0, cut.start) }
  }
  const cursor = new SampleCursor(table)
  const { sample } = cursor
  let first = 0
  let last = -1
  let earliest = Infinity
  while (cursor.step() && sample.offset + sample.sizeBytes <= fileBytes) {
    if (last < 0 && sample.isSync && sample.pts <= cut.start) first = cursor.index
    if (!isShown(sample, kind, cut)) continue
    last = cursor.index
    earliest = Math.min(earliest, Math.max(sample.pts, cut.start))
  }
  if (last < 0) return null
  return { first: kind === 'audio' ? Math.max(0, first - priming) : first, end: last + 1, earliest }
}

/** A picture that begins before the cut is left out; sound may be cut in mid-packet. */
const isShown = ({ pts, duration }: Sample, kind: 'video' | 'audio', cut: Cut): boolean =>
  pts < cut.end && (pts >= cut.start || (kind === 'audio' && pts + duration > cut.start))

/** The samples of a span, `shift` ticks later than in the file. The same object again and again. */
export function walkSpan(
  table: SampleTable,
  span: Span,
  shift: number,
): Iterable<Readonly<Sample>> {
  return {
    [Symbol.iterator]() {
      const cursor = new SampleCursor(table, shift)
      const step: IteratorResult<Sample> = { done: false, value: cursor.sample }
      const end: IteratorResult<Sample> = { done: true, value: undefined }
      for (let i = 0; i < span.first; i++) cursor.step()
      return {
        next: () => (cursor.index + 1 < span.end && cursor.step() ? step : end),
      }
    },
  }
}
