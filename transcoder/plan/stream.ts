import { z } from 'zod'
import type { Rate } from './rate.ts'

const SideData = z
  .object({
    rotation: z.number().optional().catch(undefined),
    dv_profile: z.number().optional(),
    dv_bl_signal_compatibility_id: z.number().optional(),
  })
  .loose()

export const Stream = z.object({
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
  channel_layout: z.string().optional(),
  disposition: z.record(z.string(), z.number()).default({}),
  tags: z.record(z.string(), z.string()).default({}),
  side_data_list: z.array(SideData).default([]),
})
export type Stream = z.infer<typeof Stream>

const isPlain = (name: string) => !['disposition', 'tags', 'side_data_list'].includes(name)

/** `-show_entries` of what is used, and no more: tags may be megabytes. */
export const probeEntries = [
  `stream=${Object.keys(Stream.shape).filter(isPlain).join(',')}`,
  'stream_disposition',
  'stream_tags=language,title',
  `stream_side_data=${Object.keys(SideData.shape).join(',')}`,
  'format=start_time,duration,format_name',
].join(':')

/** What `ffprobe -of json` prints of it. */
export const ProbeJson = z.object({
  streams: z.array(Stream).default([]),
  format: z
    .object({
      start_time: z.string().optional(),
      duration: z.string().optional(),
      format_name: z.string().default(''),
    })
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
  /** Its clock jumped on the way; the times above are those without the gap. */
  hasJumped?: boolean
}

export const hasDisposition = (stream: Stream, ...names: string[]): boolean =>
  names.some((name) => stream.disposition[name] === 1)

/** `16:11` → 16/11; unknown, zero and absurd values → 1. */
export function pixelShapeOf(stream: Stream): number {
  const [num, den] = (stream.sample_aspect_ratio ?? '').split(/[:/]/).map(Number)
  const value = (num ?? 0) / (den ?? 0)
  return value >= 1 / 16 && value <= 16 ? value : 1
}

/** The rate that the container claims, where it is one. */
export function claimedRateOf(stream: Stream): Rate | null {
  const [num, den] = (stream.avg_frame_rate ?? '').split('/').map(Number)
  return num && den && num / den > 0 && num / den <= 1000 ? { num, den } : null
}

/** Quarter turns only; a broken matrix gives NaN or huge numbers and counts as upright. */
export function isTurned(stream: Stream): boolean {
  const rotation = stream.side_data_list.find((data) => data.rotation !== undefined)?.rotation ?? 0
  return Math.abs(rotation) <= 360 && Math.abs(Math.abs(rotation % 180) - 90) < 1
}

/**
 * Dolby Vision whose base layer is no picture by itself: its colours (IPT) mean something only
 * together with metadata that ffmpeg cannot apply. Shown as they are they turn purple and green.
 * https://professionalsupport.dolby.com/s/article/What-is-Dolby-Vision-Profile
 */
export function needsDolbyVision(stream: Stream): boolean {
  const profile = stream.side_data_list.find((data) => data.dv_profile !== undefined)
  if (!profile) return false
  const isCompatible = (profile.dv_bl_signal_compatibility_id ?? 0) !== 0
  return profile.dv_profile === 5 || (profile.dv_profile === 10 && !isCompatible)
}

/** The track's time range; the decoder drops priming that `start_time` already leaves out. */
export function rangeOf(stream: Stream, facts: PacketFacts): { start: number; end: number } {
  const declared = Number(stream.start_time)
  const isSane = Number.isFinite(declared) && Math.abs(declared - facts.firstPts) < 0.5
  const start = isSane ? declared : facts.firstPts
  return { start, end: Math.max(facts.endPts, start) }
}

/** Case is of no matter to Matroska, and ffmpeg keeps what it finds. */
const tagOf = (stream: Stream, name: string): string | undefined =>
  Object.entries(stream.tags).find(([key]) => key.toLowerCase() === name)?.[1]

export function languageOf(stream: Stream): string | null {
  const language = tagOf(stream, 'language')?.trim().toLowerCase() ?? ''
  const isOne = /^[a-z]{2,3}(-[a-z0-9]{2,8})?$/.test(language)
  return isOne && !['und', 'mis', 'mul', 'zxx'].includes(language) ? language : null
}

const purposes: [disposition: string, label: string][] = [
  ['comment', 'Commentary'],
  ['visual_impaired', 'Audio description'],
  ['hearing_impaired', 'For the hard of hearing'],
]

/** The track's title in the file, else what the file says that it is for. */
export function labelOf(stream: Stream): string | null {
  const title = tagOf(stream, 'title')
    ?.replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
  if (title) return title.slice(0, 100).toWellFormed()
  return purposes.find(([name]) => hasDisposition(stream, name))?.[1] ?? null
}
