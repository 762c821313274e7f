import { z } from 'zod'
import type { PictureCodec } from '#contracts/ladder.ts'
import type { ChunkRange } from '#contracts/split.ts'
import { Choices } from '#contracts/task.ts'
import type { TaskSpec } from '#contracts/task.ts'
import type { Command } from './command.ts'
import { damageOptions } from './encode.ts'
import type { EncodePlan, VideoOutput } from './encode.ts'
import { VideoPlan } from './ladder.ts'
import type { X264Preset } from './ladder.ts'
import { strangerOptions } from './limit.ts'
import { planPictures } from './picture.ts'
import { toNumber } from './rate.ts'
import type { Rate } from './rate.ts'
import type { PictureSource, Source } from './source.ts'
import { timingFilters } from './timing.ts'
import type { FrameRange } from './timing.ts'
import { videoOutput } from './video-output.ts'

const Colour = z.object({
  matrix: z.string().optional(),
  transfer: z.string().optional(),
  primaries: z.string().optional(),
})

/** What each chunk of a film is made by: the same plan on every machine, however late. */
export const ChunkRecipe = z.object({
  v: z.literal(1),
  picture: z.looseObject({
    index: z.int(),
    widthPx: z.number(),
    heightPx: z.number(),
    rate: z.object({ num: z.int().positive(), den: z.int().positive() }),
    isInterlaced: z.boolean(),
    pixelFormat: z.string(),
    isFullRange: z.boolean(),
    colour: Colour,
    startSeconds: z.number(),
    endSeconds: z.number(),
  }),
  durationSeconds: z.number().positive(),
  gopFrames: z.int().positive(),
  segmentSeconds: z.number().positive(),
  videos: z.array(VideoPlan.extend({ kind: z.literal('video') })).min(1),
  /** The picture in the file, where that holds several: its own number, and ffmpeg's. */
  track: z.object({ trackId: z.int().nullable(), streamIndex: z.int().nullable() }),
  /** Added to the cutter's times it gives the film's own. */
  shiftSeconds: z.number(),
  /** What each rendition's init segment holds, by its name: one serves all chunks. */
  inits: z.record(z.string(), z.string()),
  choices: Choices.nullable(),
})
export type ChunkRecipe = z.infer<typeof ChunkRecipe>

/** What is long, in seconds of work; see `countWork`. */
export interface WorkBounds {
  /** Up to here a film is made in one process. */
  short: number
  /** No chunk has less, where segments allow it. */
  least: number
  most: number
  /** Decoding so much more than the film is not worth it: one key frame in an hour, say. */
  waste: number
}

/** Chunks of about so much work as makes a film long. */
export const toBounds = (longSeconds: number): WorkBounds => ({
  short: longSeconds,
  least: longSeconds / 2,
  most: longSeconds,
  waste: 0.5,
})

/** Pixels a second of the default ladder from 1080p30. */
const unitPixels = (1920 * 1080 + 1280 * 720 + 854 * 480 + 640 * 360) * 30
/** CPU for the same pixels against H.264 at `veryfast`, roughly. */
const codecWeight: Record<PictureCodec, number> = { h264: 1, hevc: 3, av1: 3 }
const presetWeight: Record<X264Preset, number> = {
  ...{ ultrafast: 0.5, superfast: 0.7, veryfast: 1, faster: 1.7, fast: 2, medium: 2.3 },
}
const chunksPerSlot = 3
/** What `split` takes. */
const maxChunks = 4000
/** The film's beginning is there soon. */
const firstSegments = 2

type Grid = Pick<EncodePlan, 'rate' | 'segmentSeconds'>

/** Frames of each segment but the last. */
export const countSegmentFrames = ({ rate, segmentSeconds }: Grid): number =>
  rate ? Math.round(segmentSeconds * toNumber(rate)) : 0

const weigh = ({ widthPx, heightPx, codec, preset }: VideoOutput): number =>
  widthPx * heightPx * codecWeight[codec] * (codec === 'h264' ? presetWeight[preset] : 1)

/** The work of so many frames: 1 is a second of 1080p30 in the four rungs of the default ladder. */
export const countWork = (videos: VideoOutput[], frames: number): number =>
  (videos.reduce((sum, video) => sum + weigh(video), 0) * frames) / unitPixels

/** The same of a film before it is planned, by the pixels that it shows: as its lane was chosen. */
export const countSourceWork = ({ picture, durationSeconds }: Source): number =>
  picture
    ? (picture.widthPx * picture.heightPx * toNumber(picture.rate) * durationSeconds) /
      (1920 * 1080 * 30)
    : 0

/**
 * The chunks of a film, on its grid of segments; none where it is short. Three for each slot of the
 * fleet, so that nobody waits long for the last one, but none so small that starting it would count.
 */
export function planChunks(
  plan: EncodePlan,
  frameCount: number,
  fleetSlots: number,
  bounds: WorkBounds,
): ChunkRange[] {
  const segmentFrames = countSegmentFrames(plan)
  const work = countWork(plan.videos, frameCount)
  const segments = Math.ceil(frameCount / segmentFrames)
  if (!plan.videos.length || work <= bounds.short || segments < 2) return []

  const share = work / (fleetSlots * chunksPerSlot)
  const wanted = Math.min(bounds.most, Math.max(bounds.least, share))
  const least = Math.ceil(segments / (maxChunks - 1))
  const perChunk = Math.max(1, least, Math.round((wanted * segments) / work))
  const first = Math.min(firstSegments, perChunk, segments - 1)
  const count = Math.ceil((segments - first) / perChunk)
  const starts = Array.from(
    { length: count + 1 },
    (_, i) => first + Math.round(((segments - first) * i) / count),
  )
  return [0, ...starts.slice(0, -1)].map((start, number) => ({
    number,
    firstFrame: start * segmentFrames,
    endFrame: Math.min(frameCount, starts[number]! * segmentFrames),
  }))
}

/** How many of `sorted` are below `time`. */
export function countBelow(sorted: ArrayLike<number>, time: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < time) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * How many pictures more are decoded than are shown, as a share of all, when each chunk begins at
 * the key picture before it. Both lists are sorted, on the film's clock.
 */
export function countWaste(
  chunks: ChunkRange[],
  { num, den }: Rate,
  { keySeconds, pictureSeconds }: Record<'keySeconds' | 'pictureSeconds', ArrayLike<number>>,
): number {
  const wasted = chunks.map(({ firstFrame }) => {
    const from = (firstFrame * den) / num
    const key = keySeconds[countBelow(keySeconds, from + halfMs) - 1] ?? 0
    return countBelow(pictureSeconds, from) - countBelow(pictureSeconds, key - halfMs)
  })
  return wasted.reduce((sum, pictures) => sum + pictures, 0) / pictureSeconds.length
}

const halfMs = 0.0005
/** Fewer chunks are no help. */
const leastChunks = 3

/**
 * Chunks that are long enough for the film's key pictures: the fewer of these, the longer those.
 * None where a film is short, or where all of them would be decoded nearly twice.
 */
export function planCheapChunks(
  plan: EncodePlan,
  frameCount: number,
  { fleetSlots, longSeconds }: Pick<TaskSpec, 'fleetSlots' | 'longSeconds'>,
  times: Record<'keySeconds' | 'pictureSeconds', ArrayLike<number>>,
): ChunkRange[] {
  const { short, least, most, waste } = toBounds(longSeconds)
  for (let size = 1; plan.rate; size *= 2) {
    const bounds = { short, waste, least: least * size, most: most * size }
    const chunks = planChunks(plan, frameCount, fleetSlots, bounds)
    if (countWaste(chunks, plan.rate, times) <= waste) return chunks
    if (chunks.length <= leastChunks) break
  }
  return []
}

/** A film's plan again, for its pictures alone. */
export const toChunkPlan = (recipe: ChunkRecipe): EncodePlan & { picture: PictureSource } => ({
  rate: recipe.picture.rate,
  gopFrames: recipe.gopFrames,
  segmentSeconds: recipe.segmentSeconds,
  durationSeconds: recipe.durationSeconds,
  videos: recipe.videos,
  audios: [],
  picture: { ...recipe.picture, index: 0 } as PictureSource,
})

/** What a chunk is decoded from. */
export interface PieceFile {
  path: string
  outDir: string
  /** Added to its times as ffmpeg reads them it gives the film's own. */
  offsetSeconds: number
  /** The picture in it, as ffmpeg names streams. */
  stream: string
  /** So many frames may be missing at the film's end: a damaged one is held. */
  allowedFrames?: number
}

/**
 * The one process that makes some frames of every rendition out of a piece of the source. Pictures
 * keep the film's times all the way, so that segments say what those of a single pass would.
 */
export function toChunkCommand(recipe: ChunkRecipe, range: FrameRange, piece: PieceFile): Command {
  const plan = toChunkPlan(recipe)
  const timing = timingFilters(plan.picture, plan.durationSeconds, range, piece.allowedFrames)
  const firstSegment = range.firstFrame / countSegmentFrames(plan)
  const offset = ['-copyts', '-itsoffset', piece.offsetSeconds.toFixed(6)]
  return {
    inputs: [
      { options: [...strangerOptions, ...damageOptions, ...offset], path: `file:${piece.path}` },
    ],
    filterGraph: planPictures(plan.picture, plan.videos, timing, piece.stream),
    outputs: plan.videos.map((video, i) => {
      const { options, path } = videoOutput(plan, video, i, piece.outDir)
      const numbers = ['-fps_mode', 'passthrough', '-start_number', `${firstSegment}`]
      return { options: [...options, ...numbers], path }
    }),
  }
}
