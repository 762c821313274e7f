import { z } from 'zod'
import { TaskError } from '../failure.ts'
import { canDecodeAudio, canDecodeVideo, maxPixels } from './limit.ts'
import { planRate } from './rate.ts'
import type { Rate } from './rate.ts'

const Stream = z.object({
  index: z.int(),
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  sample_aspect_ratio: z.string().optional(),
  pix_fmt: z.string().optional(),
  color_range: z.string().optional(),
  color_space: z.string().optional(),
  color_transfer: z.string().optional(),
  color_primaries: z.string().optional(),
  field_order: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  start_time: z.string().optional(),
  channels: z.int().optional(),
  disposition: z.record(z.string(), z.number()).default({}),
  tags: z.record(z.string(), z.string()).default({}),
  side_data_list: z
    .array(z.object({ rotation: z.number().optional().catch(undefined) }).loose())
    .default([]),
})
export type Stream = z.infer<typeof Stream>

/** What `ffprobe -show_streams -show_format -of json` prints, as far as it is used. */
export const ProbeJson = z.object({
  streams: z.array(Stream).default([]),
  format: z
    .object({ start_time: z.string().optional(), format_name: z.string().default('') })
    .prefault({}),
})
export type ProbeJson = z.infer<typeof ProbeJson>

/** What the packets of one stream say, in seconds on the file's own clock. */
export interface PacketFacts {
  count: number
  firstPts: number
  endPts: number
  /** The first few thousand presentation times. */
  ptsSeconds: number[]
}

export interface PictureSource {
  index: number
  /** As shown: pixel aspect and rotation applied. */
  widthPx: number
  heightPx: number
  rate: Rate
  isInterlaced: boolean
  pixelFormat: string
  isFullRange: boolean
  colour: { matrix?: string; transfer?: string; primaries?: string }
  startSeconds: number
  endSeconds: number
}

export interface SoundSource {
  index: number
  language: string | null
  /** The track's title in the file. */
  label: string | null
  channels: number
  startSeconds: number
  endSeconds: number
}

/** A track of text. */
export interface SubtitleSource {
  index: number
  language: string | null
  label: string | null
  isForced: boolean
}

/** The source as the plans need it: one picture, its tracks, times from the film's start. */
export interface Source {
  picture: PictureSource | null
  /** The one that is heard unless a viewer chooses comes first. */
  sounds: SoundSource[]
  subtitles: SubtitleSource[]
  /** Measured on the packets, never declared. */
  durationSeconds: number
  /** Added to the file's clock so that the chosen streams begin at 0. */
  clockOffsetSeconds: number
}

const stills = ['attached_pic', 'still_image', 'timed_thumbnails']
const isPicture = (stream: Stream) =>
  stream.codec_type === 'video' && !stills.some((key) => stream.disposition[key] === 1)
const isDefault = (stream: Stream) => stream.disposition['default'] ?? 0
const pixels = (stream: Stream) => (stream.width ?? 0) * (stream.height ?? 0)

/** Default tracks first, then the larger picture or the fuller sound, then file order. */
const best = (streams: Stream[]): Stream | undefined =>
  streams.toSorted(
    (a, b) =>
      isDefault(b) - isDefault(a) ||
      pixels(b) - pixels(a) ||
      (b.channels ?? 0) - (a.channels ?? 0) ||
      a.index - b.index,
  )[0]

/** `16:11` → 16/11; unknown, zero and absurd values → 1. */
function ratio(text: string | undefined): number {
  const [num, den] = (text ?? '').split(/[:/]/).map(Number)
  const value = (num ?? 0) / (den ?? 0)
  return value >= 1 / 16 && value <= 16 ? value : 1
}

function toRate(text: string | undefined): Rate | null {
  const [num, den] = (text ?? '').split('/').map(Number)
  return num && den && num / den > 0 && num / den <= 1000 ? { num, den } : null
}

const named = (text: string | undefined) => (text && text !== 'unknown' ? text : undefined)

/** Quarter turns only; a broken matrix gives NaN or huge numbers and counts as upright. */
function isTurned(stream: Stream): boolean {
  const rotation = stream.side_data_list.find((data) => data.rotation !== undefined)?.rotation ?? 0
  return Number.isFinite(rotation) && Math.abs(Math.round(rotation / 90) % 2) === 1
}

/** The track's time range; the decoder drops priming that `start_time` already leaves out. */
function rangeOf(stream: Stream, facts: PacketFacts): { start: number; end: number } {
  const declared = Number(stream.start_time)
  const isSane = Number.isFinite(declared) && Math.abs(declared - facts.firstPts) < 0.5
  const start = isSane ? declared : facts.firstPts
  return { start, end: Math.max(facts.endPts, start) }
}

function toPicture(stream: Stream, facts: PacketFacts, zero: number): PictureSource {
  const width = stream.width ?? 0
  const height = stream.height ?? 0
  if (!width || !height) throw new TaskError('damaged', 'The picture has no size')
  if (width * height > maxPixels) throw new TaskError('too_large', `${width} × ${height} pixels`)

  const shownWidth = width * ratio(stream.sample_aspect_ratio)
  const turned = isTurned(stream)
  const order = stream.field_order ?? 'unknown'
  const isInterlaced = ['tt', 'bb', 'tb', 'bt'].includes(order)
  const rate = planRate({
    ptsSeconds: facts.ptsSeconds,
    declared: toRate(stream.avg_frame_rate),
    isInterlaced,
  })
  const { start, end } = rangeOf(stream, facts)
  const [matrix, transfer, primaries] = [
    named(stream.color_space),
    named(stream.color_transfer),
    named(stream.color_primaries),
  ]
  return {
    index: stream.index,
    widthPx: turned ? height : shownWidth,
    heightPx: turned ? shownWidth : height,
    rate,
    isInterlaced,
    pixelFormat: stream.pix_fmt ?? '',
    isFullRange: stream.color_range === 'pc' || (stream.pix_fmt ?? '').startsWith('yuvj'),
    colour: {
      ...(matrix && { matrix }),
      ...(transfer && { transfer }),
      ...(primaries && { primaries }),
    },
    startSeconds: start - zero,
    endSeconds: Math.max(end - zero, start - zero + rate.den / rate.num),
  }
}

/**
 * Choose one picture and one sound, and put both on a clock that starts with the earlier one.
 * Throws `no_streams`, `unsupported_codec`, `damaged` and `too_large`.
 */
export function planSource(probe: ProbeJson, packets: Map<number, PacketFacts>): Source {
  const pictures = probe.streams.filter(isPicture)
  const sounds = probe.streams.filter((stream) => stream.codec_type === 'audio')
  if (!pictures.length && !sounds.length) {
    throw new TaskError('no_streams', 'Neither a video nor an audio stream')
  }
  const hasPackets = (stream: Stream) => (packets.get(stream.index)?.count ?? 0) > 0
  const choose = (streams: Stream[], canDecode: (codec: string) => boolean) => {
    const full = streams.filter(hasPackets)
    const chosen = best(full.filter((stream) => canDecode(stream.codec_name ?? '')))
    if (chosen || !full.length) return chosen
    const names = full.map((stream) => stream.codec_name ?? 'unknown').join(', ')
    throw new TaskError('unsupported_codec', `No decoder for ${names}`)
  }
  const video = choose(pictures, canDecodeVideo)
  const audio = choose(sounds, canDecodeAudio)
  if (!video && !audio) throw new TaskError('damaged', 'The file has streams but no data')
  if (!video && pictures.length) throw new TaskError('damaged', 'The video stream has no data')

  const ranges = [video, audio]
    .filter((stream) => stream !== undefined)
    .map((stream) => rangeOf(stream, packets.get(stream.index)!))
  const zero = Math.min(...ranges.map((range) => range.start))
  const picture = video ? toPicture(video, packets.get(video.index)!, zero) : null
  const sound = audio ? toSound(audio, packets.get(audio.index)!, zero) : null
  return {
    picture,
    sounds: sound ? [sound] : [],
    subtitles: [],
    durationSeconds: Math.max(picture?.endSeconds ?? 0, sound?.endSeconds ?? 0),
    clockOffsetSeconds: (Number(probe.format.start_time) || 0) - zero,
  }
}

function toSound(stream: Stream, facts: PacketFacts, zero: number): SoundSource {
  const { start, end } = rangeOf(stream, facts)
  const language = stream.tags['language']?.trim().toLowerCase() ?? ''
  return {
    index: stream.index,
    language:
      /^[a-z]{2,3}(-[a-z0-9]{2,8})?$/.test(language) && language !== 'und' ? language : null,
    label: stream.tags['title']?.trim().slice(0, 100) || null,
    channels: stream.channels ?? 2,
    startSeconds: start - zero,
    endSeconds: end - zero,
  }
}
