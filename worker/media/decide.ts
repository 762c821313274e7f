import type { AudioTrack, VideoTrack } from './film.ts'
import type { Obstacle, Verdict } from './summary.ts'

/** Silence at the start that a player can step over unnoticed. */
const maxSoundDelaySeconds = 0.25

/** ISO/IEC 23091-2: perceptual quantiser and hybrid log-gamma. */
const brightTransfers = [16, 18]

/** What was found out about a film's pictures. */
export interface VideoFindings {
  track: VideoTrack
  hasLongGop: boolean
  /** Each key frame begins a group that needs nothing before it; Chromium hangs at others. */
  canStartAnywhere: boolean
  /** More pictures before the first one shown than may be squeezed. */
  isStartTooFar: boolean
  hasComplexEdits: boolean
  /** A segment's bytes lie too far apart. */
  isScattered: boolean
}

export interface AudioFindings {
  track: AudioTrack
  startSeconds: number
  hasComplexEdits: boolean
  isScattered: boolean
}

type Rule<T> = [obstacle: Obstacle, applies: (findings: T) => boolean]

/** The first that applies decides. */
const videoRules: Rule<VideoFindings>[] = [
  ['encrypted', ({ track }) => track.isEncrypted],
  ['video_codec', ({ track }) => !['avc', 'vp9', 'av1'].includes(track.codec)],
  ['video_codec', ({ track }) => track.config === null || track.codecs === null],
  ['high_dynamic_range', ({ track }) => brightTransfers.includes(track.colour?.transfer ?? 0)],
  ['video_format', ({ track }) => track.bitDepth > 8 || track.chroma !== '4:2:0'],
  ['interlaced', ({ track }) => track.isInterlaced],
  ['edit_list', ({ isStartTooFar, hasComplexEdits }) => isStartTooFar || hasComplexEdits],
  ['long_gop', ({ hasLongGop, canStartAnywhere }) => hasLongGop || !canStartAnywhere],
  ['too_costly', ({ isScattered }) => isScattered],
]

/** Sound that begins late has to be filled with silence, or players wait for it at 0. */
const audioRules: Rule<AudioFindings>[] = [
  ['encrypted', ({ track }) => track.isEncrypted],
  ['audio_codec', ({ track }) => !canPlaySound(track)],
  ['audio_codec', ({ track }) => track.config === null || track.codecs === null],
  ['edit_list', ({ hasComplexEdits }) => hasComplexEdits],
  ['edit_list', ({ startSeconds }) => startSeconds > maxSoundDelaySeconds],
  ['too_costly', ({ isScattered }) => isScattered],
]

/** Known before any of its samples. Media source extensions of Chromium take no MP3 in MP4. */
export const canPlaySound = ({ codec }: AudioTrack): boolean => codec === 'aac' || codec === 'opus'

const findObstacle = <T>(rules: Rule<T>[], findings: T): Obstacle | null =>
  rules.find(([, applies]) => applies(findings))?.[0] ?? null

/**
 * May browsers play the film as it is? Yes for H.264 in 8 bit 4:2:0, progressive, and for VP9 and
 * AV1 of the same kind, with AAC, Opus or no sound, when no group of pictures is longer than
 * 20 s or larger than 24 MiB. A picture that plays without its sound waits for the sound alone;
 * what plays in most browsers only still needs an opening for the others.
 */
export function decide(video: VideoFindings | null, audio: AudioFindings | null): Verdict {
  const refused = { isPlayable: false, reach: 'none' } as const
  const videoObstacle = video && findObstacle(videoRules, video)
  const audioObstacle = audio && findObstacle(audioRules, audio)
  if (videoObstacle) return { ...refused, opening: 'lowest', obstacle: videoObstacle }
  if (!video && !audio) return { ...refused, opening: 'lowest', obstacle: 'no_tracks' }
  if (!video && audioObstacle) return { ...refused, opening: 'audio', obstacle: audioObstacle }

  const isPictureForAll = !video || video.track.codec === 'avc'
  const isSoundForAll = !audio || audio.track.codec !== 'opus'
  const needsSound = !isSoundForAll || audioObstacle !== null
  return {
    isPlayable: true,
    reach: isPictureForAll && (isSoundForAll || audioObstacle) ? 'all' : 'most',
    opening: !isPictureForAll ? 'lowest' : needsSound ? 'audio' : 'none',
    obstacle: audioObstacle,
  }
}
