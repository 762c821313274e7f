import type { ByteSource } from '../film.ts'

/**
 * The picture track of a film, ready to be cut. Times are seconds on the film's own clock, as
 * `Sample` has it.
 */
export interface PieceSource {
  container: 'mp4' | 'matroska' | 'mpegts'
  /** Earliest moment shown. */
  firstSeconds: number
  /** Where the picture shown last ends. */
  endSeconds: number
  /**
   * To be added to times that ffmpeg reads in the whole source, with `-copyts`, to come to the
   * film's own clock.
   */
  sourceOffsetSeconds: number
  /** Where decoding can begin, rising. Of Matroska and MPEG-TS some may be a moment early. */
  keySeconds: () => Float64Array
  /**
   * Everything that it takes to show [fromSeconds, toSeconds): from the last key picture at or
   * before fromSeconds - preRollSeconds, or from the start, to past the last picture shown before
   * toSeconds. Throws `damaged` and `too_costly`.
   */
  cut: (range: PieceRange) => Piece
}

export interface PieceRange {
  fromSeconds: number
  /** Infinity: to the end. */
  toSeconds: number
  preRollSeconds: number
}

/** A small file of its own: its only picture track, or its first, is the one that was opened. */
export interface Piece {
  /** In order, in chunks of a few MB. Throws `damaged`, and what reading the source throws. */
  bytes: () => AsyncIterable<Uint8Array>
  /** Null where it is only known in the end. */
  sizeBytes: number | null
  /** Of its first key picture. */
  startSeconds: number
  /**
   * To be added to the times that ffmpeg reads in the piece, with `-copyts`, to come to the film's
   * own clock: a whole number of ticks of the track.
   */
  clockOffsetSeconds: number
}

/** A file twice: within a budget for finding out what lies where, and without one for cutting. */
export interface Sources {
  index: ByteSource
  media: ByteSource
}

/** Which picture track; the best one where nothing is said. */
export interface Choice {
  /** `track_ID` of MP4, track number of Matroska, PID of MPEG-TS. */
  trackId?: number
  /** As ffmpeg counts; only asked of Matroska, whose track numbers ffprobe keeps to itself. */
  streamIndex?: number
}

/** A source is read in ranges of at most so many bytes. */
export const rangeBytes = 4 * 1024 * 1024

/** The bytes of a range, a few MB at a time. */
export async function* readRange(
  source: ByteSource,
  offset: number,
  endOffset: number,
): AsyncGenerator<Uint8Array> {
  for (let at = offset; at < endOffset; at += rangeBytes) {
    yield await source.read(at, Math.min(rangeBytes, endOffset - at))
  }
}
