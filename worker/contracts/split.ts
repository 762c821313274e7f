import { z } from 'zod'
import { PictureCodec } from './ladder.ts'

/** Frames of the output, not of the source: all renditions of a film share their numbers. */
export const ChunkRange = z.object({
  number: z.int().min(0),
  firstFrame: z.int().min(0).meta({ description: 'The first frame of a segment' }),
  endFrame: z.int().positive().meta({ description: 'One past the last' }),
})
export type ChunkRange = z.infer<typeof ChunkRange>

export const SplitVideo = z.object({
  name: z.string().regex(/^[a-z0-9]{1,32}$/),
  codec: PictureCodec,
  widthPx: z.int(),
  heightPx: z.int(),
})
export type SplitVideo = z.infer<typeof SplitVideo>

/** How a long film is made by many tasks, decided once: each chunk is made by the same plan. */
export const SplitPlan = z.object({
  rate: z.object({ num: z.int().positive(), den: z.int().positive() }),
  segmentFrames: z.int().positive(),
  frameCount: z.int().positive(),
  durationSeconds: z.number().positive(),
  videos: z.array(SplitVideo).min(1).max(32),
  recipe: z.record(z.string(), z.unknown()).meta({
    description: 'What the transcoders tell each other; the Worker carries it unread',
  }),
})
export type SplitPlan = z.infer<typeof SplitPlan>
