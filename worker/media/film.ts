/**
 * What the room speaks of: a file read by byte ranges, its tracks, and where each coded picture and
 * sound packet lies. All parsers answer a `Film`; everything after them works on it alone.
 */

/** A file, wherever it lies. */
export interface ByteSource {
  readonly sizeBytes: number
  /**
   * Exactly `lengthBytes` bytes from `offset`. Throws `MissingBytes` where some have not arrived
   * yet, and RangeError for what lies outside of the file.
   */
  read: (offset: number, lengthBytes: number) => Promise<Uint8Array>
}

/** The file is still being uploaded, and this part of it is not there yet. */
export class MissingBytes extends Error {
  override name = 'MissingBytes'
  readonly offset: number

  /** `offset`: of the first byte that is not there. */
  constructor(offset: number) {
    super(`The byte at ${offset} has not arrived`)
    this.offset = offset
  }
}

/**
 * Why a file does not play from its source: a container that is not read here, nothing to play,
 * contradictions or a cut-off file, an index that would cost too much to read or keep, protection.
 */
export type MediaProblem =
  'unknown_container' | 'no_tracks' | 'damaged' | 'too_costly' | 'encrypted'

/** The one error of this room for what a stranger's bytes may hold. */
export class MediaError extends Error {
  override name = 'MediaError'
  readonly problem: MediaProblem

  constructor(problem: MediaProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.problem = problem
  }
}

/** Limits of one reading: a stranger's file decides neither reads, nor bytes, nor memory. */
export interface ReadBudget {
  maxReads: number
  maxBytes: number
}

/** Counts reads and bytes and throws `too_costly` beyond the budget. */
export function withBudget(source: ByteSource, budget: ReadBudget): ByteSource {
  let reads = 0
  let bytes = 0
  return {
    sizeBytes: source.sizeBytes,
    read(offset, lengthBytes) {
      if (!(lengthBytes >= 0 && offset >= 0 && offset + lengthBytes <= source.sizeBytes)) {
        throw new MediaError('damaged', 'The file points outside of itself')
      }
      reads += 1
      bytes += lengthBytes
      if (reads > budget.maxReads || bytes > budget.maxBytes) {
        throw new MediaError('too_costly', 'The index of the file takes too much reading')
      }
      return source.read(offset, lengthBytes)
    },
  }
}

export type VideoCodec = 'avc' | 'hevc' | 'vp8' | 'vp9' | 'av1' | 'other'
export type AudioCodec = 'aac' | 'mp3' | 'opus' | 'other'

interface TrackBase {
  /** Ticks a second of all times of the track. */
  timescale: number
  /** RFC 6381, read from the configuration and never guessed; null where it cannot be told. */
  codecs: string | null
  /** RFC 5646 or ISO 639-2 as the file has it; null for `und`. */
  language: string | null
  isEncrypted: boolean
}

export interface VideoTrack extends TrackBase {
  kind: 'video'
  codec: VideoCodec
  /** Body of avcC, hvcC, vpcC or av1C (no box header); null where there is none. */
  config: Uint8Array | null
  codedWidthPx: number
  codedHeightPx: number
  /** Pixel aspect as width to height, in small whole numbers. */
  pixelAspect: [width: number, height: number]
  /** Clockwise degrees by which a player must turn the picture. */
  rotation: 0 | 90 | 180 | 270
  /** Mirrored left to right, before the rotation. */
  isMirrored: boolean
  /** As people see it: pixel aspect and rotation applied. */
  shownWidthPx: number
  shownHeightPx: number
  bitDepth: number
  chroma: '4:0:0' | '4:2:0' | '4:2:2' | '4:4:4'
  isInterlaced: boolean
  /** Code points of ISO/IEC 23091-2; null where the file does not say. */
  colour: { primaries: number; transfer: number; matrix: number; isFullRange: boolean } | null
}

export interface AudioTrack extends TrackBase {
  kind: 'audio'
  codec: AudioCodec
  /** AudioSpecificConfig for AAC, body of dOps for Opus (its form in MP4), null for MP3. */
  config: Uint8Array | null
  channels: number
  sampleRateHz: number
}

/**
 * One coded picture or packet of sound. Times are ticks of its track on the film's own clock: 0 is
 * where the film begins, which is the earliest moment shown or heard of the chosen tracks, and edit
 * lists are applied. Below 0 lie priming sound and pictures that are decoded but not shown.
 */
export interface Sample {
  offset: number
  sizeBytes: number
  dts: number
  pts: number
  duration: number
  /** Decoding can begin here. */
  isSync: boolean
}

/** A track whose samples are all known from the file's index. */
export interface SampledTrack<T extends VideoTrack | AudioTrack> {
  track: T
  count: number
  /**
   * Its edit list has several pieces or another speed than 1. The samples leave the list out, so
   * they do not play as the film does.
   */
  hasComplexEdits: boolean
  /**
   * In decoding order. The same object is handed out again and again: copy what you keep. Throws
   * `damaged` where tables contradict each other.
   */
  samples: () => Iterable<Readonly<Sample>>
}

/** Every sample has its address in the index: MP4 and MOV with a full sample table. */
export interface SampledFilm {
  addressing: 'samples'
  container: 'mp4'
  video: SampledTrack<VideoTrack> | null
  audio: SampledTrack<AudioTrack> | null
}

/**
 * Only places to start are known; what lies between two of them is parsed when it is cut.
 * Fragmented MP4, Matroska and WebM, MPEG-TS.
 */
export interface SlicedFilm {
  addressing: 'slices'
  container: 'mp4' | 'matroska' | 'mpegts'
  video: VideoTrack | null
  audio: AudioTrack | null
  /** Put before any slice, it makes a file that can be parsed alone. At most 256 KiB. */
  head: Uint8Array
  /** Rising, without gaps; each begins with a picture where decoding can begin. */
  slices: Slice[]
  /** Added to a slice's times, in seconds, to come to the film's own clock. */
  clockOffsetSeconds: number
}

export interface Slice {
  offset: number
  lengthBytes: number
  /** On the film's own clock: earliest moment shown of the slice, and of the one after it. */
  startSeconds: number
  endSeconds: number
}

export type Film = SampledFilm | SlicedFilm
