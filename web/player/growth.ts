import type HlsType from 'hls.js'
import type { Library } from './engine.ts'
import { stayInPlace } from './hls-levels.ts'

/** Options that take away what hls.js does for broadcasts: no way to the newest moment, no hurry. */
export const calm = {
  lowLatencyMode: false,
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

  const end = () => (hls.latestLevelDetails?.live ? hls.latestLevelDetails.edge : undefined)
  function look() {
    const mustHold = video.currentTime > (end() ?? Number.POSITIVE_INFINITY)
    if (mustHold === isHeld) return
    isHeld = mustHold
    if (mustHold) hls.pauseBuffering()
    else hls.resumeBuffering()
  }
  hls.on(library.Events.LEVEL_UPDATED, look)
  video.addEventListener('seeking', look)
  return {
    /** What hls.js is told of the length, never below what lies in the buffer: that would throw. */
    overrides: {
      get duration(): number {
        const length = end() === undefined ? 0 : durationMs / 1000
        return length > 0 ? Math.max(length, end() ?? 0, bufferedEnd(video)) : 0
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
