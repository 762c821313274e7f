/** What has to be known of a film before anything is decided: its tracks cut and measured. */
import { type CutAudio, cutAudio, cutVideo, skimAudio } from './build.ts'
import { type AudioFindings, canPlaySound, type VideoFindings } from './decide.ts'
import { type ByteSource, MediaError, type SampledFilm, type SlicedFilm } from './film.ts'
import type { CutTrack } from './gather.ts'
import { isLongGop } from './plan.ts'
import { cutSlicedFilm } from './slices.ts'
import type { Slicing } from './store.ts'

export interface Examined {
  video: (VideoFindings & { cut: CutTrack; framesPerSecond: number }) | null
  audio: (AudioFindings & { cut: CutTrack }) | null
  slicing: Slicing | null
}

/** Throws `no_tracks` for a film without a sample, and what the tables throw. */
export function examineSamples({ video, audio }: SampledFilm): Examined {
  const cut = video && cutVideo(video)
  const picture = cut && {
    ...cut,
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
