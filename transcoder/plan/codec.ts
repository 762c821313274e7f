import { renditionName } from '#contracts/ladder.ts'
import type { PictureCodec } from '#contracts/ladder.ts'
import type { VideoPlan } from './ladder.ts'

/** As ffmpeg calls who makes each. https://ffmpeg.org/ffmpeg-codecs.html#Video-Encoders */
export const encoders: Record<PictureCodec, string> = {
  h264: 'libx264',
  hevc: 'libx265',
  av1: 'libsvtav1',
}

/** What the print of `ffmpeg -encoders` says can be made. */
export const readEncodable = (print: string): PictureCodec[] =>
  (Object.keys(encoders) as PictureCodec[]).filter((codec) =>
    new RegExp(`^ V\\S* +${encoders[codec]} `, 'm').test(print),
  )

/** Below it a better codec saves little, and whoever has so narrow a line may lack the decoder. */
const leastShortSidePx = 480
const mostRungs = 4

interface Equal {
  /** The codec's CRF where x264 has 23, and how much it moves for one of x264's. */
  crf: number
  perCrf: number
  /** Bits for the same quality. */
  share: number
}

/** Equal by SSIM on the films of `bench/codecs.ts`, which prints what each costs and saves. */
const equals: Record<Exclude<PictureCodec, 'h264'>, Equal> = {
  hevc: { crf: 26, perCrf: 1.25, share: 0.75 },
  av1: { crf: 38, perCrf: 2.5, share: 0.65 },
}

const maxCrf = 51

function translate(video: VideoPlan, codec: Exclude<PictureCodec, 'h264'>): VideoPlan {
  const { crf, perCrf, share } = equals[codec]
  const wanted = Math.round(crf + (video.crf - 23) * perCrf)
  return {
    ...video,
    name: renditionName(video.name, codec),
    codec,
    crf: Math.min(maxCrf, Math.max(1, wanted)),
    maxKbps: Math.ceil(video.maxKbps * share),
  }
}

/**
 * The chosen ladder, and beside its sharpest rungs the same in the other codecs of `codecs`, where
 * that pays: four at most, none below 480 lines. H.264 is always whole, for every player has it.
 * Sharpest first; the codecs of a rung stand together, for one scaled picture feeds them all.
 */
export function planCodecs(videos: VideoPlan[], codecs: readonly PictureCodec[]): VideoPlan[] {
  const others = (['hevc', 'av1'] as const).filter((codec) => codecs.includes(codec))
  return videos.flatMap((video, place) => {
    const pays = Math.min(video.widthPx, video.heightPx) >= leastShortSidePx && place < mostRungs
    return [video, ...(pays ? others.map((codec) => translate(video, codec)) : [])]
  })
}
