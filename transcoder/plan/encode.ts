import type { TaskSpec } from '#contracts/task.ts'
import { TaskError } from '../failure.ts'
import { clockOptions } from './clock.ts'
import { planCodecs } from './codec.ts'
import type { Command } from './command.ts'
import { planLadder } from './ladder.ts'
import type { VideoPlan, X264Preset } from './ladder.ts'
import { strangerOptions } from './limit.ts'
import { audioOutput } from './audio-output.ts'
import { planPictures } from './picture.ts'
import { videoOutput } from './video-output.ts'
import { toNumber } from './rate.ts'
import type { Rate } from './rate.ts'
import type { Fold } from './sound.ts'
import { planSounds } from './sound.ts'
import type { Source } from './source.ts'
import { timingFilters } from './timing.ts'

/** The part of a task that decides what is made; a ladder for good where it names no kind. */
export type EncodeSpec = Pick<TaskSpec, 'ladder' | 'audio' | 'segmentSeconds' | 'gopSeconds'> &
  Partial<Pick<TaskSpec, 'kind' | 'codecs'>>

/**
 * An opening is seen for seconds: at 360p, `superfast` shows its first picture as soon as
 * `ultrafast`, in half of the bits, for decoding the source takes the time.
 */
const openingPreset: X264Preset = 'superfast'

export interface VideoOutput extends VideoPlan {
  kind: 'video'
}

export interface AudioOutput {
  kind: 'audio'
  /** `audio` is the one that every player has. */
  name: string
  /** Of the source, counted over all its streams. */
  streamIndex: number
  kbps: number
  channels: number
  fold: Fold
  language: string | null
  label: string | null
  /** 0 is heard unless a viewer chooses. */
  track: number
  /** Made of another sound than the one that the film's length was measured on. */
  mayBeLonger: boolean
}

export type Output = VideoOutput | AudioOutput

/** What one attempt makes, before anything runs. */
export interface EncodePlan {
  rate: Rate | null
  gopFrames: number
  /** A whole number of GOPs, so that every rendition cuts on the same frames. */
  segmentSeconds: number
  durationSeconds: number
  /** Sharpest first. */
  videos: VideoOutput[]
  audios: AudioOutput[]
}

/** Every rendition of the plan: pictures, sharpest first, then the sounds. */
export const listOutputs = ({ videos, audios }: EncodePlan): Output[] => [...videos, ...audios]

/** Every rung that the picture's size allows. */
export const planRungs = ({ picture }: Source, { ladder }: EncodeSpec): VideoPlan[] =>
  picture ? planLadder(picture, ladder) : []

/** `chosen`: the rungs to make, else all. Throws `no_streams` where nothing would come out: sound alone was asked of a silent film. */
export function planEncode(source: Source, spec: EncodeSpec, chosen?: VideoPlan[]): EncodePlan {
  const rate = source.picture?.rate ?? null
  const gopFrames = rate ? Math.max(1, Math.round(toNumber(rate) * spec.gopSeconds)) : 0
  const gops = Math.max(1, Math.round(spec.segmentSeconds / spec.gopSeconds))
  const sounds = planSounds(source.sounds, spec.audio)
  const rungs = chosen ?? planRungs(source, spec)
  const videos =
    spec.kind === 'opening'
      ? rungs.map((rung) => ({ ...rung, preset: openingPreset }))
      : planCodecs(rungs, spec.codecs ?? [])
  if (!rungs.length && !sounds.length) throw new TaskError('no_streams', 'There is no sound')
  return {
    rate,
    gopFrames,
    segmentSeconds: rate ? (gopFrames * gops) / toNumber(rate) : spec.segmentSeconds,
    durationSeconds: source.durationSeconds,
    videos: videos.map((video) => ({ kind: 'video', ...video })),
    // An opening is what is heard and seen at first, and no more.
    audios: spec.kind === 'opening' ? sounds.slice(0, 1) : sounds,
  }
}

/** Before `-i`: what can be read of a damaged film is a film. */
export const damageOptions = [...['-err_detect', 'ignore_err', '-fflags', '+discardcorrupt+genpts']]

/** The one process that makes every rendition. Folders must exist. */
export function toEncodeCommand(
  source: Source,
  plan: EncodePlan,
  files: { sourcePath: string; outDir: string },
): Command {
  const { picture } = source
  const hasPictures = picture && plan.videos.length > 0
  const inputOptions = [...strangerOptions, ...damageOptions, ...clockOptions(source)]
  return {
    inputs: [{ options: inputOptions, path: `file:${files.sourcePath}` }],
    ...(hasPictures && {
      filterGraph: planPictures(picture, plan.videos, timingFilters(picture, plan.durationSeconds)),
    }),
    outputs: [
      ...plan.videos.map((video, i) => videoOutput(plan, video, i, files.outDir)),
      ...plan.audios.map((audio) => audioOutput(plan, audio, files.outDir)),
    ],
  }
}
