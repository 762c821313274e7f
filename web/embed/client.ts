import type { Command, Events, LanternPlayer, State } from '../public/embed-client.d.ts'

/** A frame that is still on its way hears nothing, so it is greeted until it answers. */
const GREET_EVERY_MS = 250

type Told = { lantern?: unknown; event?: unknown; id?: unknown; state?: State }

/** Served as /embed-client.js: it stands alone and imports nothing but types. */
export function connect(frame: HTMLIFrameElement): LanternPlayer {
  const { origin } = new URL(frame.src, location.href)
  const runs = new Map<string, Set<(detail: never) => void>>()
  const asked = new Map<number, (state: State) => void>()
  let lastId = 0
  let greeting: ReturnType<typeof setInterval> | undefined

  const send = (command: Command) =>
    frame.contentWindow?.postMessage({ lantern: 1, ...command }, origin)
  const greet = () => send({ do: 'hello' })
  function greetUntilHeard() {
    clearInterval(greeting)
    greeting = setInterval(greet, GREET_EVERY_MS)
    greet()
  }
  function on<K extends keyof Events>(name: K, run: (detail: Events[K]) => void) {
    const set = runs.get(name) ?? new Set()
    runs.set(name, set.add(run))
    return () => void set.delete(run)
  }
  function hear({ source, origin: from, data }: MessageEvent<Told | undefined>) {
    if (source !== frame.contentWindow || from !== origin || data?.lantern !== 1) return
    const { event, id, state } = data
    if (event === 'state' && typeof id === 'number') {
      asked.get(id)?.(state!)
      asked.delete(id)
    }
    if (event === 'ready') clearInterval(greeting)
    for (const run of runs.get(String(event)) ?? []) run(data as never)
  }
  const ready = new Promise<State>((resolve) => on('ready', (told) => resolve(told.state)))

  addEventListener('message', hear)
  frame.addEventListener('load', greetUntilHeard)
  greetUntilHeard()
  return {
    ready,
    on,
    play: () => send({ do: 'play' }),
    pause: () => send({ do: 'pause' }),
    seek: (seconds) => send({ do: 'seek', seconds }),
    setVolume: (volume) => send({ do: 'volume', volume }),
    setMuted: (isMuted) => send({ do: 'mute', isMuted }),
    setRate: (rate) => send({ do: 'rate', rate }),
    showCaptions: (language) => send({ do: 'captions', language }),
    setQuality: (quality) => send({ do: 'quality', quality }),
    setToken: (token) => send({ do: 'token', token }),
    getState: () =>
      new Promise((resolve) => {
        asked.set(++lastId, resolve)
        send({ do: 'getState', id: lastId })
      }),
    disconnect() {
      clearInterval(greeting)
      removeEventListener('message', hear)
      frame.removeEventListener('load', greetUntilHeard)
    },
  }
}
