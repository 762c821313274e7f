import { z } from 'zod'

/** Segments hold three closed GOPs of 2 s. Apple, HLS authoring specification, 1.10 and 7.5. */
export const segmentSeconds = 6
export const gopSeconds = 2

/**
 * One step of the ladder. `shortSidePx` is the height of a landscape picture and the width of a
 * portrait one, so that a phone film gets the rung its sharpness deserves.
 */
export const Rung = z.object({
  name: z.string().regex(/^\d{2,4}p$/),
  shortSidePx: z.int().min(16).max(4320),
  maxKbps: z.int().positive(),
  crf: z.int().min(0).max(51),
})
export type Rung = z.infer<typeof Rung>

/** What pictures are coded as. Every browser plays `h264`; the others save bits where they play. */
export const PictureCodec = z.enum(['h264', 'hevc', 'av1'])
export type PictureCodec = z.infer<typeof PictureCodec>

/** A rung's rendition: `720p` in H.264, `720phevc`, `720pav1`. */
export const renditionName = (rung: string, codec: PictureCodec): string =>
  codec === 'h264' ? rung : `${rung}${codec}`

/**
 * The default ladder, sharpest first; rungs above the source are left out, never upscaled. From it
 * a film gets those rungs that its content needs, with a cap that fits.
 */
export const defaultLadder: Rung[] = [
  { name: '2160p', shortSidePx: 2160, maxKbps: 16_000, crf: 23 },
  { name: '1440p', shortSidePx: 1440, maxKbps: 9000, crf: 23 },
  { name: '1080p', shortSidePx: 1080, maxKbps: 5000, crf: 23 },
  { name: '720p', shortSidePx: 720, maxKbps: 2800, crf: 23 },
  { name: '480p', shortSidePx: 480, maxKbps: 1400, crf: 23 },
  { name: '360p', shortSidePx: 360, maxKbps: 800, crf: 23 },
]

/** What an opening is made of: the rung that is soon there. */
export const openingRung: Rung = defaultLadder.at(-1)!

/** Of stereo; a fuller sound gets more, by its channels. */
export const AudioPlan = z.object({ kbps: z.int().positive(), channels: z.int().min(1).max(8) })
export const defaultAudio = { kbps: 128, channels: 2 }
