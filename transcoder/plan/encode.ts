import path from 'node:path'
import type { TaskSpec } from '#contracts/task.ts'
import { TaskError } from '../failure.ts'
import type { Command } from './command.ts'
import { planLadder } from './ladder.ts'
import type { VideoPlan } from './ladder.ts'
import { strangerOptions } from './limit.ts'
import { planPictures } from './picture.ts'
import { toNumber } from './rate.ts'
import type { Rate } from './rate.ts'
import type { Source } from './source.ts'

/** The part of a task that decides what is made; a ladder for good where it names no kind. */
export type EncodeSpec = Pick<TaskSpec, 'ladder' | 'audio' | 'segmentSeconds' | 'gopSeconds'> &
  Partial<Pick<TaskSpec, 'kind'>>

/**
 * How hard x264 thinks. An opening is seen for seconds: at 360p, `superfast` shows its first
 * picture as soon as `ultrafast`, in half of the bits, for decoding the source takes the time.
 */
const presets = { encode: 'veryfast', opening: 'superfast' } as const
export type Preset = (typeof presets)[keyof typeof presets]

export interface VideoOutput extends VideoPlan {
  kind: 'video'
}

export interface AudioOutput {
  kind: 'audio'
  name: 'audio'
  kbps: number
  channels: number
  language: string | null
}

export type Output = VideoOutput | AudioOutput

/** What one attempt makes, before anything runs. */
export interface EncodePlan {
  preset: Preset
  rate: Rate | null
  gopFrames: number
  /** A whole number of GOPs, so that every rendition cuts on the same frames. */
  segmentSeconds: number
  durationSeconds: number
  /** Sharpest first. */
  videos: VideoOutput[]
  audio: AudioOutput | null
}

/** Every rendition of the plan: pictures, sharpest first, then the sound. */
export const listOutputs = ({ videos, audio }: EncodePlan): Output[] => [
  ...videos,
  ...(audio ? [audio] : []),
]

/** Throws `no_streams` where nothing would come out: sound alone was asked of a silent film. */
export function planEncode(source: Source, spec: EncodeSpec): EncodePlan {
  const rate = source.picture?.rate ?? null
  const gopFrames = rate ? Math.max(1, Math.round(toNumber(rate) * spec.gopSeconds)) : 0
  const gops = Math.max(1, Math.round(spec.segmentSeconds / spec.gopSeconds))
  const rungs = source.picture ? planLadder(source.picture, spec.ladder) : []
  if (!rungs.length && !source.sound) throw new TaskError('no_streams', 'There is no sound')
  return {
    preset: presets[spec.kind ?? 'encode'],
    rate,
    gopFrames,
    segmentSeconds: rate ? (gopFrames * gops) / toNumber(rate) : spec.segmentSeconds,
    durationSeconds: source.durationSeconds,
    videos: rungs.map((rung) => ({ kind: 'video', ...rung })),
    audio: source.sound
      ? {
          kind: 'audio',
          name: 'audio',
          kbps: spec.audio.kbps,
          channels: spec.audio.channels,
          language: source.sound.language,
        }
      : null,
  }
}

export const initName = 'init.mp4'
export const segmentPattern = 'seg_%05d.m4s'
export const playlistName = 'index.m3u8'
const sampleRate = 48_000

export const segmentName = (index: number): string => `seg_${`${index}`.padStart(5, '0')}.m4s`

/**
 * CMAF segments by ffmpeg's HLS muxer; its playlist only names the files, ours come from the
 * report. By `temp_file` a segment has its name only once it is whole, and its init segment is
 * whole before. https://ffmpeg.org/ffmpeg-formats.html#hls-2
 */
function segmentOptions(plan: EncodePlan, folder: string, movflags: string): string[] {
  return [
    ...['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn'],
    ...['-f', 'hls', '-hls_playlist_type', 'vod'],
    ...['-hls_flags', 'independent_segments+temp_file'],
    ...['-hls_time', (Math.floor(plan.segmentSeconds * 1e6) / 1e6).toFixed(6)],
    ...['-hls_segment_type', 'fmp4', '-hls_segment_options', `movflags=${movflags}`],
    ...['-hls_fmp4_init_filename', initName],
    ...['-hls_segment_filename', path.join(folder, segmentPattern)],
    ...['-max_muxing_queue_size', '4096'],
  ]
}

/** Quality by CRF, bits capped by the rung, key frames on the same frame in every rendition. */
export function x264Options(
  video: VideoPlan,
  gopFrames: number,
  preset: Preset = presets.encode,
): string[] {
  return [
    ...['-c:v', 'libx264', '-preset', preset, '-profile:v', 'high', '-pix_fmt', 'yuv420p'],
    ...[
      '-crf',
      `${video.crf}`,
      '-maxrate',
      `${video.maxKbps}k`,
      '-bufsize',
      `${video.maxKbps * 2}k`,
    ],
    ...['-g', `${gopFrames}`, '-keyint_min', `${gopFrames}`, '-sc_threshold', '0'],
    ...['-flags', '+cgop'],
  ]
}

/**
 * `frag_discont` and `avoid_negative_ts disabled` keep the first picture at 0; without them the
 * muxer moves it by the depth of the B-frames and leaves a hole at the start.
 */
function videoOutput(plan: EncodePlan, video: VideoPlan, index: number, outDir: string) {
  const folder = path.join(outDir, video.name)
  return {
    options: [
      ...['-map', `[v${index}]`],
      ...x264Options(video, plan.gopFrames, plan.preset),
      ...['-avoid_negative_ts', 'disabled'],
      ...segmentOptions(plan, folder, '+cmaf+frag_discont'),
    ],
    path: path.join(folder, playlistName),
  }
}

/** AAC delays sound by one frame, and segments carry no edit list that says so. */
const primingSamples = 1024

function audioOutput(plan: EncodePlan, audio: AudioOutput, streamIndex: number, outDir: string) {
  const folder = path.join(outDir, audio.name)
  const filters = [
    `aresample=${sampleRate}:async=1:first_pts=0`,
    `apad=whole_dur=${Math.max(plan.durationSeconds, 0.1).toFixed(3)}`,
    `atrim=start_sample=${primingSamples}`, // the encoder's delay puts the rest where it belongs
  ]
  return {
    options: [
      ...['-map', `0:${streamIndex}`, '-af', filters.join(',')],
      ...['-c:a', 'aac', '-b:a', `${audio.kbps}k`, '-ac', `${audio.channels}`],
      ...segmentOptions(plan, folder, '+cmaf'), // never frag_discont: it writes a negative tfdt
    ],
    path: path.join(folder, playlistName),
  }
}

/** The one process that makes every rendition. Folders must exist. */
export function toEncodeCommand(
  source: Source,
  plan: EncodePlan,
  files: { sourcePath: string; outDir: string },
): Command {
  const { picture, sound } = source
  const offset = source.clockOffsetSeconds
  const hasPictures = picture && plan.videos.length > 0
  const inputOptions = [
    ...strangerOptions,
    ...['-err_detect', 'ignore_err', '-fflags', '+discardcorrupt+genpts'],
    ...(Math.abs(offset) > 0.0005 ? ['-itsoffset', offset.toFixed(6)] : []),
  ]
  return {
    inputs: [{ options: inputOptions, path: `file:${files.sourcePath}` }],
    ...(hasPictures && { filterGraph: planPictures(picture, plan.videos, plan.durationSeconds) }),
    outputs: [
      ...plan.videos.map((video, i) => videoOutput(plan, video, i, files.outDir)),
      ...(plan.audio && sound ? [audioOutput(plan, plan.audio, sound.index, files.outDir)] : []),
    ],
  }
}
