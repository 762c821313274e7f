import type { Listen } from './dom.ts'
import type { Source } from './types.ts'

interface Actions {
  play: () => void
  pause: () => void
  seekBy: (ms: number) => void
  seekTo: (ms: number) => void
}

/** Title and buttons of the system's own media controls: lock screen, headset, media keys. */
export function createMediaSession(video: HTMLVideoElement, listen: Listen, actions: Actions) {
  const session = 'mediaSession' in navigator ? navigator.mediaSession : undefined
  const handlers: [MediaSessionAction, MediaSessionActionHandler][] = [
    ['play', actions.play],
    ['pause', actions.pause],
    ['seekbackward', (detail) => actions.seekBy(-(detail.seekOffset ?? 10) * 1000)],
    ['seekforward', (detail) => actions.seekBy((detail.seekOffset ?? 10) * 1000)],
    ['seekto', (detail) => actions.seekTo((detail.seekTime ?? 0) * 1000)],
  ]
  function set(action: MediaSessionAction, handler: MediaSessionActionHandler | null) {
    try {
      session?.setActionHandler(action, handler)
    } catch {
      // A browser that does not know an action throws; the others still work.
    }
  }
  function paint() {
    if (!session || !Number.isFinite(video.duration) || video.duration === 0) return
    const position = Math.min(video.currentTime, video.duration)
    session.setPositionState?.({
      duration: video.duration,
      playbackRate: video.playbackRate,
      position,
    })
  }

  listen(video, 'play pause seeked ratechange loadedmetadata', paint)
  return {
    load({ title, artist, posterUrl }: Source) {
      if (!session) return
      const artwork = posterUrl ? [{ src: new URL(posterUrl, location.href).href }] : []
      session.metadata = new MediaMetadata({ title, artist, artwork })
      for (const [action, handler] of handlers) set(action, handler)
    },
    destroy() {
      if (session) session.metadata = null
      for (const [action] of handlers) set(action, null)
    },
  }
}
