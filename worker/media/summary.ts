import type { AudioCodec, MediaProblem, VideoCodec } from './film.ts'

/** Why a film does not play from its source although it could be read. */
export type Obstacle =
  | MediaProblem
  | 'video_codec'
  | 'video_format'
  | 'interlaced'
  | 'high_dynamic_range'
  | 'long_gop'
  | 'edit_list'
  | 'audio_codec'

/**
 * May browsers play the file as it is? `all`: each of them. `most`: those with its codec. `opening`
 * is what the transcoder makes before all else: the sound alone, or the lowest rung with its sound.
 */
export interface Verdict {
  isPlayable: boolean
  reach: 'all' | 'most' | 'none'
  opening: 'none' | 'audio' | 'lowest'
  obstacle: Obstacle | null
}

/** What is worth knowing of a file, small enough for a row. All of it is measured. */
export interface FilmSummary {
  container: 'mp4' | 'matroska' | 'mpegts'
  durationMs: number
  video: {
    codec: VideoCodec
    codecs: string | null
    /** As shown. */
    widthPx: number
    heightPx: number
    rotation: 0 | 90 | 180 | 270
    isMirrored: boolean
    framesPerSecond: number
    averageBitsPerSecond: number
    /** Of the segment with the highest rate. */
    peakBitsPerSecond: number
    longestSegmentMs: number
  } | null
  audio: {
    codec: AudioCodec
    codecs: string | null
    channels: number
    language: string | null
    averageBitsPerSecond: number
    peakBitsPerSecond: number
  } | null
  verdict: Verdict
}
