import type { PictureCodec } from '#contracts/ladder.ts'

/** Full HD, 30 frames a second: what a screen full of film asks for. */
const probes: Record<PictureCodec, string> = {
  av1: 'av01.0.08M.08',
  hevc: 'hvc1.1.6.L120.90',
  h264: 'avc1.640028',
}
const picture = { width: 1920, height: 1080, bitrate: 4_000_000, framerate: 30 }

type Verdict = Pick<MediaCapabilitiesDecodingInfo, 'supported' | 'smooth' | 'powerEfficient'>
type Verdicts = Partial<Record<PictureCodec, Verdict>>

/**
 * The codecs that a film is played in here, fewest bits first. H.264 is always one of them. None
 * takes the place of a decoder in hardware that has to decode in software itself: that would save
 * the network and drain the battery.
 */
export function planCodecOrder(verdicts: Verdicts): PictureCodec[] {
  const isCheap = verdicts.h264?.powerEfficient ?? false
  const plays = (codec: PictureCodec) => {
    const { supported, smooth, powerEfficient } = verdicts[codec] ?? {}
    return supported && smooth && (powerEfficient || !isCheap)
  }
  return [...(['av1', 'hevc'] as const).filter(plays), 'h264']
}

async function ask(codec: PictureCodec): Promise<Verdict | undefined> {
  const contentType = `video/mp4; codecs="${probes[codec]}"`
  const video = { contentType, ...picture }
  return navigator.mediaCapabilities
    ?.decodingInfo({ type: 'media-source', video })
    .catch(() => undefined)
}

let order: Promise<PictureCodec[]> | undefined

/** Asked once a page. https://developer.mozilla.org/docs/Web/API/MediaCapabilities/decodingInfo */
export function findCodecOrder(): Promise<PictureCodec[]> {
  order ??= Promise.all([ask('av1'), ask('hevc'), ask('h264')]).then(([av1, hevc, h264]) =>
    planCodecOrder({ ...(av1 && { av1 }), ...(hevc && { hevc }), ...(h264 && { h264 }) }),
  )
  return order
}
