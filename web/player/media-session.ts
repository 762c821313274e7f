import type { Listen } from './dom.ts'
import type { Source } from './types.ts'

interface Actions {
  play: () => void
  pause: () => void
  seekBy: (ms: number) => void
  seekTo: (ms: number) => void
  pip: () => void
  /** Where the page has films before and after this one. */
  previous: (() => void) | undefined
  next: (() => void) | undefined
}

/** The element whose film the system shows: of several on a page the one that played last. */
let shown: HTMLVideoElement | undefined

/** Title and buttons of the system's own media controls: lock screen, headset, media keys. */
export function createMediaSession(video: HTMLVideoElement, listen: Listen, actions: Actions) {
  const session = 'mediaSession' in navigator ? navigator.mediaSession : undefined
  const handlers: [MediaSessionAction, MediaSessionActionHandler | null][] = [
    ['play', actions.play],
    ['pause', actions.pause],
    ['stop', actions.pause],
    ['previoustrack', actions.previous ?? null],
    ['nexttrack', actions.next ?? null],
    // Of the browser's own wish, as when its tab is left; newer than the types of TypeScript.
    ['enterpictureinpicture' as MediaSessionAction, actions.pip],
    ['seekbackward', (detail) => actions.seekBy(-(detail.seekOffset ?? 10) * 1000)],
    ['seekforward', (detail) => actions.seekBy((detail.seekOffset ?? 10) * 1000)],
    ['seekto', (detail) => actions.seekTo((detail.seekTime ?? 0) * 1000)],
  ]
  let source: Source | undefined

  function set(action: MediaSessionAction, handler: MediaSessionActionHandler | null) {
    try {
      session?.setActionHandler(action, handler)
    } catch {
      // A browser that does not know an action throws; the others still work.
    }
  }
  function paint() {
    if (!session || shown !== video) return
    session.playbackState = video.paused ? 'paused' : 'playing'
    if (!Number.isFinite(video.duration) || video.duration === 0) return
    const position = Math.min(video.currentTime, video.duration)
    session.setPositionState?.({
      duration: video.duration,
      playbackRate: video.playbackRate,
      position,
    })
  }

  function show() {
    if (!session || !source) return
    shown = video
    const { title, artist, posterUrl } = source
    const artwork = posterUrl ? [{ src: new URL(posterUrl, location.href).href }] : []
    session.metadata = new MediaMetadata({ title, artist, artwork })
    for (const [action, handler] of handlers) set(action, handler)
  }

  listen(video, 'play', show)
  listen(video, 'play pause seeked ratechange loadedmetadata', paint)
  return {
    load(next: Source) {
      source = next
      if (shown === undefined || shown === video) show()
    },
    destroy() {
      if (!session || shown !== video) return
      shown = undefined
      session.metadata = null
      session.playbackState = 'none'
      for (const [action] of handlers) set(action, null)
    },
  }
}
