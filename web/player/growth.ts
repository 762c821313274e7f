import type HlsType from 'hls.js'
import type { Library } from './engine.ts'
import { stayInPlace } from './hls-levels.ts'

/** Options that take away what hls.js does for broadcasts: no way to the newest moment, no hurry. */
export const calm = {
  lowLatencyMode: false,
  enableWorker: false,
  liveDurationInfinity: false,
  maxLiveSyncPlaybackRate: 1,
  // A film whose upload rests for an hour is not broken.
  liveMaxUnchangedPlaylistRefresh: Number.POSITIVE_INFINITY,
}

/** Of the end of what is there, in seconds: nearer than this, a wait is for the film to grow. */
const NEAR_END = 0.5

interface GrowthOptions {
  library: Library
  hls: HlsType
  video: HTMLVideoElement
  /** Of the whole film; 0 where nobody knows. */
  durationMs: number
}

export type Growth = ReturnType<typeof createGrowth>

/**
 * A film of which only the beginning is there has its whole length on the timeline. A place that is
 * not there yet can be gone to: nothing is fetched there until the playlist reaches it.
 */
export function createGrowth({ library, hls, video, durationMs }: GrowthOptions) {
  let isHeld = false
  stayInPlace(hls)

  /** Seconds up to which picture and sound are there; undefined where both are whole. */
  function end(): number | undefined {
    const both = [hls.latestLevelDetails, hls.audioTracks[hls.audioTrack]?.details]
    const ends = both.flatMap((details) => (details?.live ? [details.edge] : []))
    return ends.length > 0 ? Math.min(...ends) : undefined
  }
  function look() {
    const mustHold = video.currentTime > (end() ?? Number.POSITIVE_INFINITY)
    if (mustHold === isHeld) return
    isHeld = mustHold
    if (mustHold) hls.pauseBuffering()
    else hls.resumeBuffering()
  }
  hls.on(library.Events.LEVEL_UPDATED, look)
  hls.on(library.Events.AUDIO_TRACK_UPDATED, look)
  video.addEventListener('seeking', look)
  return {
    /** What hls.js is told of the length, 0 for nothing; to take some back would throw. */
    overrides: {
      get duration(): number {
        if (end() === undefined || durationMs === 0) return 0
        return Math.max(durationMs / 1000, Number.isFinite(video.duration) ? video.duration : 0)
      },
    },
    /** The playhead waits for a part of the film that nobody can fetch yet. */
    isWaiting(): boolean {
      const edge = end()
      if (edge === undefined) return false
      const isInside = video.currentTime < edge - NEAR_END
      return !isInside || bufferedEnd(video) >= edge - NEAR_END
    },
    destroy: () => video.removeEventListener('seeking', look),
  }
}

function bufferedEnd({ buffered }: HTMLVideoElement): number {
  return buffered.length > 0 ? buffered.end(buffered.length - 1) : 0
}
