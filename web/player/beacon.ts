import type { Beacon } from '#contracts/beacon.ts'
import type { Listen } from './dom.ts'
import type { Engine } from './engine.ts'
import type { FailureKind } from './failure.ts'
import { newPlayId } from './play-id.ts'
import { exitOf, fresh, meanKbps, type Happening, type Quality, reduce } from './quality.ts'
import { findToken, type TokenKeeper } from './token.ts'

const SEND_EVERY_MS = 60_000

declare const __LANTERN_VERSION__: string

interface BeaconOptions {
  video: HTMLVideoElement
  listen: Listen
  engine: () => Engine | undefined
  /** Left out: nothing is told. */
  place: Beacon['place'] | undefined
}

interface Play {
  id: string
  videoId: string
  hlsUrl: string
  token: TokenKeeper
  quality: Quality
  seq: number
  droppedFrames: number
  isTold: boolean
}

export type Telling = ReturnType<typeof createTelling>

/** Tells the server how each play goes: each minute, at its end and when the page goes. */
export function createTelling({ video, listen, engine, place }: BeaconOptions) {
  let play: Play | undefined
  let droppedSoFar = 0

  /** The element's own count begins anew with each of its sources. */
  function countDropped() {
    const dropped = video.getVideoPlaybackQuality?.().droppedVideoFrames ?? 0
    if (play) play.droppedFrames += dropped < droppedSoFar ? dropped : dropped - droppedSoFar
    droppedSoFar = dropped
  }
  function note(moment: Happening) {
    countDropped()
    if (!play) return
    play.quality = reduce(play.quality, { ...moment, at: performance.now() })
    if (moment.is !== 'look') play.isTold = false
  }
  function send() {
    note({ is: 'look' })
    // Who has not asked to play has had no play.
    if (!play || !place || play.quality.phase === 'idle') return
    const isMoving = play.quality.phase === 'playing' || play.quality.phase === 'stalled'
    if (play.isTold && !isMoving) return
    play.isTold = true
    play.seq += 1
    const body = JSON.stringify(toBeacon(play, place))
    const url = `/api/v1/videos/${play.videoId}/beacons`
    // Our own origin, so that JSON needs no preflight.
    navigator.sendBeacon?.(url, new Blob([body], { type: 'application/json' }))
  }
  /** What plays from the buffer asks for nothing, and its token may have ended meanwhile. */
  const sendFresh = async () => {
    await play?.token.fresh(play.hlsUrl)
    send()
  }

  listen(video, 'playing', () => note({ is: 'play' }))
  listen(video, 'waiting', () => note({ is: 'wait' }))
  listen(video, 'seeking', () => note({ is: 'seek' }))
  // A short seek may need no wait, and then tells of no `playing`.
  listen(video, 'seeked', () => {
    const isOn = !video.paused && video.readyState > video.HAVE_CURRENT_DATA
    if (isOn && play?.quality.phase === 'seeking') note({ is: 'play' })
  })
  listen(video, 'pause', () => note({ is: 'pause' }))
  listen(video, 'ended', () => (note({ is: 'end' }), void sendFresh()))
  listen(globalThis, 'pagehide', send)
  // Phones may end a hidden page without a word.
  listen(document, 'visibilitychange', () => document.hidden && send())
  const timer = setInterval(() => video.paused || void sendFresh(), SEND_EVERY_MS)
  return {
    /** Another film; what was told of the last one is told to its end. */
    begin(source: { videoId: string; hlsUrl: string }, token: TokenKeeper): string {
      send()
      const { videoId, hlsUrl } = source
      const counts = { seq: 0, droppedFrames: 0, isTold: false }
      play = { id: newPlayId(), videoId, hlsUrl, token, quality: fresh, ...counts }
      return play.id
    },
    want: () => note({ is: 'want' }),
    level() {
      const { bitsPerSecond, heightPx } = engine()?.level() ?? {}
      if (!bitsPerSecond || heightPx === undefined) return
      note({ is: 'level', kbps: Math.round(bitsPerSecond / 1000), heightPx })
    },
    fail(error: FailureKind) {
      note({ is: 'fail', error })
      send()
    },
    playId: () => play?.id,
    destroy() {
      send()
      clearInterval(timer)
    },
  }
}

function toBeacon(play: Play, place: Beacon['place']): Beacon {
  const { startupMs, watchedMs, stalls, stalledMs, kbps, heightPx, error } = play.quality
  return {
    ...{ token: findToken(play.token.apply(play.hlsUrl)) ?? '', playId: play.id, seq: play.seq },
    ...{ place, device: deviceClass(), playerVersion: __LANTERN_VERSION__ },
    startupMs: startupMs === null ? null : Math.round(startupMs),
    ...{ watchedMs: Math.round(watchedMs), stalls, stalledMs: Math.round(stalledMs) },
    ...{ meanKbps: meanKbps(play.quality), lastKbps: kbps, heightPx },
    ...{ droppedFrames: play.droppedFrames, exit: exitOf(play.quality), error },
  }
}

/** As far as a page needs to tell devices apart, and no further. */
function deviceClass(): Beacon['device'] {
  if (!matchMedia('(pointer: coarse)').matches) return 'desktop'
  return Math.min(screen.width, screen.height) < 600 ? 'phone' : 'tablet'
}
