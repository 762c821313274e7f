/** What has to be known of a film before anything is decided: its tracks cut and measured. */
import { type CutAudio, cutAudio, cutVideo, skimAudio } from './build.ts'
import { type AudioFindings, canPlaySound, type VideoFindings } from './decide.ts'
import {
  type ByteSource,
  MediaError,
  type SampledFilm,
  type SlicedFilm,
  type VideoTrack,
} from './film.ts'
import type { CutTrack } from './gather.ts'
import { idrProbeBytes, isIdr } from './idr.ts'
import type { KeyFrame } from './picture-cutter.ts'
import { isLongGop } from './plan.ts'
import { cutSlicedFilm } from './slices.ts'
import type { Slicing } from './store.ts'

export interface Examined {
  video: (VideoFindings & { cut: CutTrack; framesPerSecond: number }) | null
  audio: (AudioFindings & { cut: CutTrack }) | null
  slicing: Slicing | null
}

/**
 * Throws `no_tracks` for a film without a sample, and what the tables throw. Reads the beginnings
 * of a few key frames.
 */
export async function examineSamples(
  { video, audio }: SampledFilm,
  source: ByteSource,
): Promise<Examined> {
  const cut = video && cutVideo(video)
  const picture = cut && {
    ...cut,
    canStartAnywhere: !cut.hasOpenGop && (await areIdr(video.track, cut.keyFrames, source)),
    track: video.track,
    hasComplexEdits: video.hasComplexEdits,
    cut,
  }
  const sound = audio && examineSound(audio, cut)
  if (!cut?.segments.length && !sound?.cut.segments.length) {
    throw new MediaError('no_tracks', 'The film has no samples')
  }
  return {
    video: cut?.segments.length ? picture : null,
    audio: sound?.cut.segments.length ? sound : null,
    slicing: null,
  }
}

/** Tables call many pictures key frames; a look at some shows what the encoder's are. */
async function areIdr(track: VideoTrack, keyFrames: KeyFrame[], source: ByteSource) {
  if (track.codec !== 'avc' || !track.config) return true
  for (const { offset, sizeBytes } of keyFrames) {
    const bytes = await source.read(offset, Math.min(sizeBytes, idrProbeBytes))
    if (!isIdr(track.config, bytes)) return false
  }
  return true
}

function examineSound(audio: SampledFilm['audio'] & {}, video: CutTrack | null) {
  const { timescale, segments, end } = video ?? { timescale: 1, segments: [], end: 0 }
  const cut: CutAudio = canPlaySound(audio.track)
    ? cutAudio(audio, {
        starts: segments.map(({ start }) => start / timescale),
        end: end / timescale,
      })
    : skimAudio(audio)
  const { startSeconds, isScattered } = cut
  const { track, hasComplexEdits } = audio
  return { track, cut, startSeconds, isScattered, hasComplexEdits }
}

/** Throws what the parser of slices throws. */
export async function examineSlices(film: SlicedFilm, source: ByteSource): Promise<Examined> {
  const { video, audio, slicing } = await cutSlicedFilm(source, film)
  const isPlain = { isScattered: false, hasComplexEdits: false }
  const hasLongGop = film.slices.some(isLong)
  return {
    video: video && {
      ...isPlain,
      hasLongGop,
      isStartTooFar: video.isStartTooFar,
      canStartAnywhere: video.canStartAnywhere,
      track: film.video!,
      cut: video,
      framesPerSecond: video.framesPerSecond,
    },
    audio: audio && {
      track: film.audio!,
      cut: audio,
      ...isPlain,
      startSeconds: audio.startSeconds,
    },
    slicing,
  }
}

const isLong = ({ startSeconds, endSeconds, lengthBytes }: SlicedFilm['slices'][number]) =>
  isLongGop(endSeconds - startSeconds, lengthBytes)
