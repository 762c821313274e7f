import { createTelling } from './beacon.ts'
import { createCaptions } from './captions.ts'
import { createCommands } from './commands.ts'
import { createControls } from './controls.ts'
import { listener, setFace } from './dom.ts'
import { loadLibrary } from './engine.ts'
import { createEvents } from './events.ts'
import { createGestures } from './gestures.ts'
import { createIdle } from './idle.ts'
import { english } from './labels.ts'
import { createLazy } from './lazy.ts'
import { createMediaSession } from './media-session.ts'
import { createMenu } from './menu.ts'
import { createPlayback } from './playback.ts'
import { createStatus } from './status.ts'
import { createTimeline } from './timeline.ts'
import type { Player, PlayerEvents, PlayerOptions } from './types.ts'
import { createView } from './view.ts'
import { createVoice } from './voice.ts'
import './player.css'

/**
 * Fills `root` with a player that belongs to no framework. One player may `load` one source after
 * another; `destroy` leaves `root` empty.
 */
export function createPlayer({ root, labels = english, ...has }: PlayerOptions): Player {
  const abort = new AbortController()
  const listen = listener(abort.signal)
  const events = createEvents<PlayerEvents>()
  const view = createView(root, labels)
  const { video, button } = view
  // While the page asks for the links; a fetch that fails is made again by the first `load`.
  const warm = () => void loadLibrary().catch(() => undefined)
  if (has.isLazy) listen(root, 'pointerenter touchstart focusin', warm)
  else warm()

  const voice = createVoice(view)
  const status = createStatus(view, listen, {
    retry: () => playback.retry(),
    isPreparing: () => playback.engine()?.isPreparing() ?? false,
  })
  const captions = createCaptions(view, listen)
  const timeline = createTimeline(view, listen, (seconds) => playback.seekTo(seconds * 1000))
  const mediaSession = createMediaSession(video, listen, {
    play: () => playback.play(),
    pause: () => video.pause(),
    seekBy: (ms) => playback.seekBy(ms),
    seekTo: (ms) => playback.seekTo(ms),
    pip: () => controls.enterPip(),
    previous: has.hasNext ? () => events.emit('previous', undefined) : undefined,
    next: has.hasNext ? () => events.emit('next', undefined) : undefined,
  })
  const telling = createTelling({
    ...{ video, listen, place: has.place },
    engine: () => playback.engine(),
  })
  const playback = createPlayback({
    telling,
    view,
    listen,
    status,
    timeline,
    captions,
    mediaSession,
    emit: events.emit,
    onLevels: () => more.peek()?.settings.repaint(),
    isLazy: has.isLazy ?? false,
  })
  const controls = createControls(view, listen, playback.play)
  const idle = createIdle(view, listen)
  const menu = createMenu(view, listen, {
    onOpen: () => idle.wake(),
    onClose: () => captions.setSample(false),
  })
  const more = createLazy(loadMore, () => {
    if (!abort.signal.aborted) voice.tell(labels.failed.network)
  })
  async function loadMore() {
    const { createHelp, createSettings, createStats } = await import('./more.ts')
    abort.signal.throwIfAborted() // the player was taken away meanwhile
    const help = createHelp(view)
    const stats = createStats({ view, engine: playback.engine, playId: telling.playId })
    const settings = createSettings({
      ...{ video, labels, menu, captions, timeline },
      engine: playback.engine,
      setRate: playback.setRate,
      showKeys: help.open,
      showStats: stats.toggle,
      seekTo: playback.seekTo,
    })
    return { help, stats, settings }
  }
  listen(root, 'pointerenter touchstart focusin', more.warm)
  const acts = { toggle: controls.toggle, fullscreen: controls.fullscreen }
  const { seekBy, setRate } = playback
  const gestures = createGestures(view, listen, { idle, voice, ...acts, seekBy, setRate })
  const commands = createCommands({
    ...{ view, playback, controls, captions, menu, idle, events, voice },
    showKeys: () => more.use(({ help }) => help.open()),
    toggleStats: () => more.use(({ stats }) => stats.toggle()),
    positionMs: timeline.positionMs,
  })

  button.theatre.hidden = !has.hasTheatre
  button.next.hidden = !has.hasNext
  listen(button.settings, 'click', () =>
    menu.isOpen() ? menu.close() : more.use(({ settings }) => settings.open()),
  )
  listen(button.theatre, 'click', () => events.emit('theatre', undefined))
  listen(button.next, 'click', () => events.emit('next', undefined))
  listen(root, 'keydown', (event) => commands.key(event as KeyboardEvent))

  return {
    video,
    load: playback.load,
    refresh: playback.refresh,
    play: playback.play,
    pause: () => video.pause(),
    seekTo: playback.seekTo,
    positionMs: timeline.positionMs,
    durationMs: timeline.durationMs,
    setRate: playback.setRate,
    engine: playback.engine,
    captions,
    setTheatre(isOn) {
      setFace(button.theatre, 'theatre', isOn ? labels.theatreOff : labels.theatre)
    },
    setNext: (hasNext) => (button.next.hidden = !hasNext),
    key: commands.pageKey,
    on: events.on,
    destroy() {
      telling.destroy()
      more.peek()?.stats.destroy()
      playback.destroy()
      mediaSession.destroy()
      idle.destroy()
      gestures.destroy()
      voice.destroy()
      status.destroy()
      abort.abort()
      root.replaceChildren()
      root.removeAttribute('role')
      root.removeAttribute('aria-label')
      const ours = [...root.classList].filter((name) => name === 'vp' || name.startsWith('is-'))
      root.classList.remove(...ours)
    },
  }
}
