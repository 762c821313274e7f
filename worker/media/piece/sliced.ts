import { MediaError } from '../film.ts'
import type { ByteSource } from '../film.ts'
import { rangeOf } from '../slice/film.ts'
import type { Draft } from '../slice/film.ts'
import { readPackets, toSliceSamples } from '../slice/parse.ts'
import { maxSliceBytes } from '../slice/sample.ts'
import type { SlicePackets } from '../slice/sample.ts'
import type { Piece, PieceRange, PieceSource } from './piece.ts'

/** What a container adds to a film that is cut at its slices. */
interface Container {
  /** Where the first slice really begins: pictures may lie before the first key. */
  startOffset: number
  /** Where the picture shown last of these bytes ends, in seconds of the container's clock. */
  findEnd: (offset: number, endOffset: number) => Promise<number>
  /** The file that these bytes make behind the head. */
  write: (offset: number, endOffset: number) => Pick<Piece, 'bytes' | 'sizeBytes'>
}

/** Where a piece may begin. Seconds of the container's clock. */
interface Start {
  offset: number
  seconds: number
  keySeconds: number | undefined
}

/**
 * A film of which whole slices are taken as they stand, so that any codec will do. Throws
 * `no_tracks`, `encrypted`, `damaged` and `too_costly`.
 */
export async function openSlicedPieces(
  source: ByteSource,
  draft: Draft,
  container: Container,
): Promise<PieceSource> {
  const starts = toStarts(draft)
  const { offset, firstSeconds } = await measureStart(source, draft)
  starts[0]!.offset = Math.min(container.startOffset, starts[0]!.offset)
  const last = starts.at(-1)!
  const endSeconds = (await container.findEnd(last.offset, draft.endOffset)) + offset
  if (!(endSeconds > firstSeconds))
    throw new MediaError('damaged', 'The film ends before it begins')
  return {
    ...{ container: draft.container, firstSeconds, endSeconds, sourceOffsetSeconds: offset },
    keySeconds: () => Float64Array.from(starts, (start) => keyOf(start) + offset),
    cut: (range) => {
      const span = spanOf(starts, draft.endOffset, range, offset)
      return {
        ...container.write(span.offset, span.endOffset),
        startSeconds: span.startSeconds + offset,
        clockOffsetSeconds: offset,
      }
    },
  }
}

const keyOf = ({ keySeconds, seconds }: Start) => keySeconds ?? seconds

function toStarts({ places, endOffset }: Draft): Start[] {
  if (places.length === 0) throw new MediaError('too_costly', 'No place to begin is marked')
  places.forEach(({ offset, seconds }, i) => {
    const next = places[i + 1]
    if (offset >= (next?.offset ?? endOffset) || (next && !(next.seconds > seconds))) {
      throw new MediaError('damaged', 'Places to start do not follow each other')
    }
  })
  return places.map(({ offset, seconds, keySeconds }) => ({ offset, seconds, keySeconds }))
}

/** Where the film's own clock begins on that of the container, and its first picture. */
async function measureStart(source: ByteSource, draft: Draft) {
  const { container, places, head } = draft
  const packets = await readFirst(source, draft)
  const tracks = draft.describe(packets)
  if (!tracks.video) throw new MediaError('no_tracks', 'The file has no picture')
  if (tracks.video.isEncrypted) throw new MediaError('encrypted', 'The picture is encrypted')
  const film = { container, ...tracks, head, clockOffsetSeconds: -places[0]!.seconds }
  const samples = toSliceSamples(film, packets)
  const shownFrom = container === 'mp4' ? film.clockOffsetSeconds : -Infinity
  const { start } = rangeOf(film, samples, shownFrom)
  const earliest = samples.video.reduce((time, { pts }) => Math.min(time, pts), Infinity)
  if (earliest === Infinity) throw new MediaError('damaged', 'The film begins without a picture')
  return {
    offset: film.clockOffsetSeconds - start,
    firstSeconds: Math.max(0, earliest / tracks.video.timescale - start),
  }
}

const smallestLookBytes = 256 * 1024

/** The packets of the first slice, or of as much of its start as is no crowd of them. */
async function readFirst(source: ByteSource, draft: Draft): Promise<SlicePackets> {
  const { offset } = draft.places[0]!
  const end = draft.places[1]?.offset ?? draft.endOffset
  for (let most = maxSliceBytes / 3; ; most /= 4) {
    const bytes = await source.read(offset, Math.min(end - offset, most))
    try {
      return await readPackets({ container: draft.container, video: null }, draft.head, bytes)
    } catch (error) {
      const isCrowd = error instanceof MediaError && error.problem === 'too_costly'
      if (!isCrowd || most < smallestLookBytes) throw error
    }
  }
}

/** Lists round their times. */
const slackSeconds = 0.002

/** The slices of a range, with those whose pictures refer across a border, or are shown across it. */
function spanOf(starts: Start[], endOffset: number, range: PieceRange, offset: number) {
  const from = range.fromSeconds - range.preRollSeconds - offset
  const to = range.toSeconds - offset
  const isBefore = (start: Start) => keyOf(start) <= from + slackSeconds / 2
  const key = starts.findLastIndex(isBefore)
  const isSure = key < 0 || starts[key]!.keySeconds !== undefined
  const first = starts[Math.max(0, isSure ? key : key - 1)]!
  const lastShown = starts.findLastIndex(({ seconds }) => seconds < to + slackSeconds)
  const after = starts[Math.max(0, lastShown) + 2]
  return {
    offset: first.offset,
    endOffset: after?.offset ?? endOffset,
    startSeconds: keyOf(first),
  }
}
