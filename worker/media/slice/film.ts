import { MediaError } from '../film.ts'
import type { AudioTrack, ByteSource, Slice, SlicedFilm, VideoTrack } from '../film.ts'
import { readPackets, toSliceSamples } from './parse.ts'
import type { SliceSamples } from './parse.ts'
import { maxSliceBytes } from './sample.ts'
import type { SlicePackets } from './sample.ts'

/** Where a slice may begin, on the container's own clock. */
export interface Place {
  offset: number
  /** Earliest moment shown from there on. */
  seconds: number
  /** Of the picture at which decoding begins, where that is known: others may be shown before. */
  keySeconds?: number
}

/** A film before anything of it was measured. */
export interface Draft {
  container: SlicedFilm['container']
  head: Uint8Array
  places: Place[]
  /** Where the last slice ends. */
  endOffset: number
  /** What the tracks are; the packets are those of the first slice. */
  describe: (packets: SlicePackets) => { video: VideoTrack | null; audio: AudioTrack | null }
}

const maxSlices = 200_000

/**
 * Makes a film of places: reads the first slice, for where the clock begins, and the last, for
 * where the film really ends. Throws `damaged` and `too_costly`.
 */
export async function measureFilm(source: ByteSource, draft: Draft): Promise<SlicedFilm> {
  const { container, head } = draft
  const ranges = toRanges(draft)
  const first = ranges[0]!
  const bytes = await source.read(first.offset, first.lengthBytes)
  const packets = await readPackets({ container, video: null }, head, bytes)
  const tracks = draft.describe(packets)
  if (tracks.video && packets.video[0]?.isSync !== true) {
    throw new MediaError('damaged', 'The film begins where its picture cannot be decoded')
  }
  const film = { container, ...tracks, head, clockOffsetSeconds: -draft.places[0]!.seconds }
  const shownFrom = container === 'mp4' ? film.clockOffsetSeconds : -Infinity
  film.clockOffsetSeconds -= rangeOf(film, toSliceSamples(film, packets), shownFrom).start

  const last = ranges.at(-1)!
  const lastPackets =
    last === first
      ? packets
      : await readPackets(film, head, await source.read(last.offset, last.lengthBytes))
  const { end } = rangeOf(film, toSliceSamples(film, lastPackets))
  return { addressing: 'slices', ...film, slices: toSlices(draft, film, ranges, end) }
}

function toRanges({ places, endOffset }: Draft): Pick<Slice, 'offset' | 'lengthBytes'>[] {
  if (places.length === 0) throw new MediaError('damaged', 'Decoding can begin nowhere')
  if (places.length > maxSlices) throw new MediaError('too_costly', 'Too many places to start')
  return places.map(({ offset }, i) => {
    const lengthBytes = (places[i + 1]?.offset ?? endOffset) - offset
    if (lengthBytes <= 0)
      throw new MediaError('damaged', 'Places to start do not follow each other')
    if (lengthBytes > maxSliceBytes) throw new MediaError('too_costly', 'A slice is too large')
    return { offset, lengthBytes }
  })
}

/** The film begins at 0 even if its picture comes a moment after its sound. */
function toSlices(
  { places }: Draft,
  { clockOffsetSeconds }: Pick<SlicedFilm, 'clockOffsetSeconds'>,
  ranges: Pick<Slice, 'offset' | 'lengthBytes'>[],
  end: number,
): Slice[] {
  const startOf = (i: number) => (i === 0 ? 0 : places[i]!.seconds + clockOffsetSeconds)
  return ranges.map((range, i) => {
    const startSeconds = startOf(i)
    const endSeconds = i + 1 < ranges.length ? startOf(i + 1) : end
    if (!(endSeconds > startSeconds)) throw new MediaError('damaged', 'Time does not go forward')
    return { ...range, startSeconds, endSeconds }
  })
}

type Timed = Pick<SlicedFilm, 'video' | 'audio'>

/**
 * Earliest start and latest end of the chosen tracks, in seconds. What ends before `shownFrom` is
 * hidden: edit lists of MP4 push priming sound before the zero of the file. Throws `damaged`.
 */
export function rangeOf(film: Timed, samples: SliceSamples, shownFrom = -Infinity) {
  let start = Infinity
  let end = -Infinity
  for (const kind of ['video', 'audio'] as const) {
    for (const { pts, duration } of samples[kind]) {
      const { timescale } = film[kind]!
      const endsAt = (pts + duration) / timescale
      end = Math.max(end, endsAt)
      if (endsAt > shownFrom) start = Math.min(start, Math.max(pts / timescale, shownFrom))
    }
  }
  if (!(end > start)) throw new MediaError('damaged', 'A slice holds nothing')
  return { start, end }
}
