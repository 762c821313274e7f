import type HlsType from 'hls.js'
import type { Facts, Library } from './engine.ts'

const KEPT_SEGMENTS = 5

/** What hls.js knows of the moment, for people who look under the bonnet. */
export function createHlsFacts({ Events }: Library, hls: HlsType): () => Facts {
  const segments: Facts['segments'] = []
  hls.on(Events.FRAG_LOADED, (_event, { frag }) => {
    const { loading, total } = frag.stats
    segments.push({ ms: Math.round(loading.end - loading.start), sizeBytes: total })
    if (segments.length > KEPT_SEGMENTS) segments.shift()
  })
  return () => {
    const level = hls.levels[hls.currentLevel]
    const sound = hls.audioTracks[hls.audioTrack]
    const codecs = [level?.videoCodec, sound?.audioCodec ?? level?.audioCodec]
    return {
      codecs: codecs.filter((codec) => codec !== undefined),
      networkBitsPerSecond: hls.bandwidthEstimate,
      segments: [...segments],
    }
  }
}
