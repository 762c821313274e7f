import { TaskError } from '../failure.ts'
import { maxPixels } from './limit.ts'
import { planRate } from './rate.ts'
import type { Rate } from './rate.ts'
import {
  claimedRateOf,
  hasDisposition,
  isTurned,
  labelOf,
  languageOf,
  pixelShapeOf,
  rangeOf,
} from './stream.ts'
import type { PacketFacts, ProbeJson, Stream } from './stream.ts'
import { chooseTracks } from './track.ts'

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
  /** The track's title in the file, or what it is for. */
  label: string | null
  channels: number
  /** As ffmpeg names it: `5.1(side)`, `ambisonic 1`; null where the file says nothing. */
  layout: string | null
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
  /** Of the picture and the first sound, measured on the packets, never declared. */
  durationSeconds: number
  /** Added to the file's clock so that the chosen streams begin at 0. */
  clockOffsetSeconds: number
  /**
   * The same, added to times as they are in the file; null where ffmpeg must close gaps in them.
   * Only for formats whose start ffmpeg looks for itself.
   */
  absoluteOffsetSeconds?: number | null
}

const named = (text: string | undefined) => (text && text !== 'unknown' ? text : undefined)

/** Codecs that carry fields and whose containers often do not say so: their frames are asked. */
const fieldCodecs = [
  ...['dvvideo', 'mpeg4', 'mpeg2video', 'h264', 'vc1', 'wmv3', 'mjpeg', 'dnxhd', 'prores'],
]
const orders = ['tt', 'bb', 'tb', 'bt']

/** The picture whose frames must be looked at, as nothing else tells if they are fields. */
export function findUnknownFields(
  probe: ProbeJson,
  packets: Map<number, PacketFacts>,
): Stream | null {
  const { picture } = chooseTracks(probe.streams, packets)
  const isKnown = [...orders, 'progressive'].includes(picture?.field_order ?? '')
  return picture && !isKnown && fieldCodecs.includes(picture.codec_name ?? '') ? picture : null
}

function toPicture(stream: Stream, facts: PacketFacts, zero: number): PictureSource {
  const width = stream.width ?? 0
  const height = stream.height ?? 0
  if (!width || !height) throw new TaskError('damaged', 'The picture has no size')
  if (width * height > maxPixels) throw new TaskError('too_large', `${width} × ${height} pixels`)

  const shownWidth = width * pixelShapeOf(stream)
  const turned = isTurned(stream)
  const isInterlaced = orders.includes(stream.field_order ?? 'unknown')
  const declared = claimedRateOf(stream)
  const rate = planRate({ ptsSeconds: facts.ptsSeconds, declared, isInterlaced })
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

function toSound(stream: Stream, facts: PacketFacts, zero: number): SoundSource {
  const { start, end } = rangeOf(stream, facts)
  return {
    index: stream.index,
    language: languageOf(stream),
    label: labelOf(stream),
    channels: stream.channels ?? 2,
    layout: named(stream.channel_layout) ?? null,
    startSeconds: start - zero,
    endSeconds: end - zero,
  }
}

const toSubtitle = (stream: Stream): SubtitleSource => ({
  index: stream.index,
  language: languageOf(stream),
  label: labelOf(stream),
  isForced: hasDisposition(stream, 'forced'),
})

/** `AVFMT_TS_DISCONT`. https://ffmpeg.org/doxygen/trunk/avformat_8h.html */
const seeking = ['mpegts', 'mpeg', 'ogg']

/**
 * Choose the tracks, and put them on a clock that starts with the picture or the first sound,
 * whichever is earlier. Throws `no_streams`, `unsupported_codec`, `damaged` and `too_large`.
 */
export function planSource(probe: ProbeJson, packets: Map<number, PacketFacts>): Source {
  const { picture, sounds, subtitles } = chooseTracks(probe.streams, packets)
  const factsOf = (stream: Stream) => packets.get(stream.index)!
  const all = [...packets.values()]
  const leading = [picture, sounds[0]].filter((stream) => stream !== undefined)
  const zero = Math.min(...leading.map((stream) => rangeOf(stream, factsOf(stream)).start))
  const shown = picture ? toPicture(picture, factsOf(picture), zero) : null
  const heard = sounds.map((stream) => toSound(stream, factsOf(stream), zero))
  return {
    picture: shown,
    sounds: heard,
    subtitles: subtitles.map(toSubtitle),
    durationSeconds: Math.max(shown?.endSeconds ?? 0, heard[0]?.endSeconds ?? 0),
    clockOffsetSeconds: (Number(probe.format.start_time) || 0) - zero,
    absoluteOffsetSeconds:
      seeking.includes(probe.format.format_name) && !all.some(({ hasJumped }) => hasJumped)
        ? -zero
        : null,
  }
}
