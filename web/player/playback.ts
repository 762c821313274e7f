import type { Telling } from './beacon.ts'
import type { Captions } from './captions.ts'
import type { Listen } from './dom.ts'
import { createEngine, type Engine } from './engine.ts'
import type { createEvents } from './events.ts'
import type { createMediaSession } from './media-session.ts'
import { type Failure, failureOfMedia, failureOfRenewal, isFinal } from './failure.ts'
import { intoPart, partOf } from './part.ts'
import { findResumePoint, saveResumePoint } from './prefs.ts'
import { createSoundView } from './sound-view.ts'
import type { Status } from './status.ts'
import type { Timeline } from './timeline.ts'
import { createTokenKeeper, type TokenKeeper } from './token.ts'
import type { LoadOptions, PlayerEvents, Source } from './types.ts'
import type { View } from './view.ts'

export type Playback = ReturnType<typeof createPlayback>

interface PlaybackOptions {
  view: View
  listen: Listen
  status: Status
  timeline: Timeline
  captions: Captions
  telling: Telling
  mediaSession: ReturnType<typeof createMediaSession>
  emit: ReturnType<typeof createEvents<PlayerEvents>>['emit']
  /** Levels have joined or gone, or another plays. */
  onLevels: () => void
  isLazy: boolean
}

const SAVE_EVERY_MS = 5000
/** So near to the end of a part, play begins it again. */
const AT_END_MS = 100

/** The source at hand: loading, playing, seeking, going on after a failure. */
export function createPlayback(options: PlaybackOptions) {
  const { view, listen, status, timeline, captions, mediaSession, telling, emit } = options
  const { root, video } = view
  const soundView = createSoundView(view)
  let source: Source | undefined
  let token: TokenKeeper | undefined
  let engine: Engine | undefined
  /** Counts loads, so that an engine that arrives late for an older one is thrown away. */
  let loads = 0
  let savedAt = 0
  let wantsPlay = false
  /** Where a film will start that waits for its viewer. */
  let heldAtMs: number | undefined
  let playId = ''
  /** Of this film another codec than H.264 could not be decoded. */
  let isPlain = false

  async function start(startMs: number) {
    const load = ++loads
    heldAtMs = undefined
    engine?.destroy()
    engine = undefined
    status.clear()
    if (!source || !token) return
    if (wantsPlay) status.wait()
    try {
      const { videoId, hlsUrl, durationMs, isFinal, clip } = source
      const film = { video, videoId, playId, hlsUrl, durationMs, isFinal, isPlain, isPart: !!clip }
      const acts = { onLevels, onReload: reload, onPlain: playPlain, onFail: fail }
      const made = await createEngine({ ...film, token, startMs, ...acts })
      if (load !== loads) return made.destroy()
      engine = made
      if (wantsPlay) play()
    } catch {
      if (load === loads) fail(failureOfMedia({}, false))
    }
  }
  function onLevels() {
    emit('level', { heightPx: engine?.level()?.heightPx ?? 0 })
    telling.level()
    options.onLevels()
  }
  /** At its place; a film that plays goes on to play. */
  function reload() {
    wantsPlay ||= !video.paused
    void start(timeline.positionMs())
  }
  function playPlain() {
    isPlain = true
    reload()
  }
  function fail(failure: Failure) {
    status.fail(failure)
    telling.fail(failure.kind)
    emit('error', failure)
  }
  function load(next: Source, { startMs, autoplay = false }: LoadOptions = {}) {
    save()
    source = next
    token = createTokenKeeper(next, { now: Date.now, renew: next.renew })
    playId = telling.begin(next, token)
    if (autoplay) telling.want()
    const { clip } = next
    const wantedMs = startMs ?? (clip ? 0 : findResumePoint(next.videoId)) ?? 0
    const fromMs = clip ? intoPart(wantedMs, partOf(clip, next.durationMs)) : wantedMs
    root.classList.add('is-fresh')
    soundView.show(next)
    view.button.pip.hidden = !next.hasVideo || !document.pictureInPictureEnabled
    view.button.fullscreen.hidden = !next.hasVideo
    video.poster = next.hasVideo ? (next.posterUrl ?? '') : ''
    timeline.load(next, fromMs, token.apply)
    captions.load(next.captions, token.apply)
    mediaSession.load(next)
    wantsPlay = autoplay
    isPlain = false
    if (options.isLazy && !autoplay) heldAtMs = fromMs
    else void start(fromMs)
  }
  /** Newer facts of the same film, as pictures for its timeline; what plays is left alone. */
  function refresh(next: Source) {
    source = next
    token?.adopt(next)
    soundView.show(next)
    timeline.refresh(next)
    captions.refresh(next.captions, token?.apply ?? String)
  }
  function play() {
    wantsPlay = true
    telling.want()
    if (heldAtMs !== undefined) return void start(heldAtMs)
    if (!engine) return status.wait()
    const { startMs, endMs } = timeline.part()
    if (source?.clip && timeline.positionMs() >= endMs - AT_END_MS) seekTo(startMs)
    engine.expectPlay()
    // Refused without a gesture of the viewer: the film then waits with its play button.
    video.play().catch(() => undefined)
  }
  function seekTo(ms: number) {
    if (heldAtMs !== undefined) return void start(ms)
    video.currentTime = intoPart(ms, timeline.part()) / 1000
    timeline.paint()
  }
  function save() {
    if (source && !source.clip)
      saveResumePoint(source.videoId, timeline.positionMs(), timeline.durationMs())
    savedAt = performance.now()
  }
  async function retry() {
    const positionMs = timeline.positionMs()
    wantsPlay = true
    status.clear()
    status.wait()
    const load = loads
    const failure = await token?.renew().then(() => undefined, failureOfRenewal)
    if (load !== loads) return
    if (failure && isFinal(failure)) fail(failure)
    else await start(positionMs)
  }

  /** Whole segments are served, so the film goes on behind the part. */
  function endPart() {
    if (!source?.clip || video.paused || video.ended) return
    if (timeline.positionMs() < timeline.part().endMs) return
    video.pause()
    emit('ended', undefined)
  }
  listen(video, 'timeupdate', () => {
    endPart()
    emit('position', { positionMs: timeline.positionMs(), durationMs: timeline.durationMs() })
    if (!video.paused && performance.now() - savedAt > SAVE_EVERY_MS) save()
  })
  listen(video, 'play', () => (root.classList.remove('is-fresh'), emit('play', undefined)))
  listen(video, 'pause', () => (save(), emit('pause', undefined)))
  listen(video, 'ended', () => emit('ended', undefined))
  listen(globalThis, 'pagehide', save)
  return {
    load,
    refresh,
    play,
    seekTo,
    seekBy: (ms: number) => seekTo(timeline.positionMs() + ms),
    seekToShare(share: number) {
      const { startMs, endMs } = timeline.part()
      seekTo(startMs + (endMs - startMs) * share)
    },
    step(frames: number) {
      video.pause()
      seekTo(timeline.positionMs() + (frames * 1000) / (engine?.framesPerSecond() ?? 30))
    },
    setRate(rate: number) {
      // The default too: a new source sets the rate back to it.
      video.defaultPlaybackRate = video.playbackRate = rate
    },
    engine: () => engine,
    retry,
    destroy() {
      save()
      loads += 1
      engine?.destroy()
      soundView.destroy()
    },
  }
}
