import { createSignal, onCleanup } from 'solid-js'

export type SaveState = 'idle' | 'waiting' | 'saving' | 'saved' | 'failed'

const typingPauseMs = 600

/**
 * Saves changes by itself: what is typed after a pause, choices at once, one request at a time,
 * later changes merged. Nothing is lost: a failure keeps the change for `retry`.
 */
export function createAutosave<Change extends object>(save: (change: Change) => Promise<void>) {
  const [state, setState] = createSignal<SaveState>('idle')
  const [error, setError] = createSignal<unknown>()
  let pending: Partial<Change> = {}
  /** On its way, and not answered yet. */
  let sent: Partial<Change> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const isEmpty = () => Object.keys(pending).length === 0

  async function flush(): Promise<void> {
    if (sent === undefined) await send()
  }
  async function send(): Promise<void> {
    clearTimeout(timer)
    if (isEmpty()) return
    const change = { ...sent, ...pending }
    sent = change
    pending = {}
    setState('saving')
    try {
      await save(change as Change)
      if (sent !== change) return // a later one carries all of it
      sent = undefined
      setError(undefined)
      setState('saved')
      if (!isEmpty()) void flush()
    } catch (failure) {
      if (sent !== change) return
      sent = undefined
      pending = { ...change, ...pending }
      setError(failure)
      setState('failed')
    }
  }

  const flushNow = () => void flush()
  // There is no later: what waits for an answer to the first goes beside it.
  const sendNow = () => void send()
  addEventListener('pagehide', sendNow)
  onCleanup(() => {
    removeEventListener('pagehide', sendNow)
    flushNow()
  })

  return {
    state,
    error,
    retry: flush,
    /** Call on each keystroke. */
    type(change: Partial<Change>): void {
      clearTimeout(timer)
      pending = { ...pending, ...change }
      if (state() !== 'saving') setState('waiting')
      timer = setTimeout(flushNow, typingPauseMs)
    },
    /** What was typed before is wrong now and waits for something better; other fields go on. */
    hold(field: keyof Change): void {
      delete pending[field]
      if (!isEmpty()) return
      clearTimeout(timer)
      if (state() !== 'saving') setState('idle')
    },
    choose(change: Partial<Change>): void {
      pending = { ...pending, ...change }
      flushNow()
    },
  }
}
