import type { VideoCodec, VideoTrack } from '../film.ts'

export type Chroma = VideoTrack['chroma']
export type Colour = NonNullable<VideoTrack['colour']>

/** What the configuration of a picture codec says; the container may know better. */
export interface PictureFacts {
  /** `other` where the codec's usual decoders do not take this form of it. */
  codec: VideoCodec
  codecs: string
  /** Of the picture after cropping; null where the configuration does not say. */
  codedWidthPx: number | null
  codedHeightPx: number | null
  bitDepth: number
  chroma: Chroma
  isInterlaced: boolean
  /** Null where the configuration does not say. */
  pixelAspect: [width: number, height: number] | null
  colour: Colour | null
}

/** `chroma_format_idc` of H.264 and H.265. */
export const chromaFormats: readonly Chroma[] = ['4:0:0', '4:2:0', '4:2:2', '4:4:4']

/** Nothing known but the codec: eight bits, 4:2:0, as most are. */
export const plainPicture = (codec: VideoCodec, codecs: string): PictureFacts => ({
  codec,
  codecs,
  codedWidthPx: null,
  codedHeightPx: null,
  bitDepth: 8,
  chroma: '4:2:0',
  isInterlaced: false,
  pixelAspect: null,
  colour: null,
})

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}

/** In small whole numbers; null for zero and for shapes that no camera has. */
export function toPixelAspect(width: number, height: number): [number, number] | null {
  if (!(width > 0 && height > 0) || width > height * 16 || height > width * 16) return null
  const divisor = commonDivisor(width, height)
  return [width / divisor, height / divisor]
}
