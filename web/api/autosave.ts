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
  let timer: ReturnType<typeof setTimeout> | undefined

  async function flush(): Promise<void> {
    clearTimeout(timer)
    if (state() === 'saving' || Object.keys(pending).length === 0) return
    const change = pending
    pending = {}
    setState('saving')
    try {
      await save(change as Change)
      setError(undefined)
      setState('saved')
      if (Object.keys(pending).length > 0) void flush()
    } catch (failure) {
      pending = { ...change, ...pending }
      setError(failure)
      setState('failed')
    }
  }

  const flushNow = () => void flush()
  addEventListener('pagehide', flushNow)
  onCleanup(() => {
    removeEventListener('pagehide', flushNow)
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
      timer = setTimeout(() => void flush(), typingPauseMs)
    },
    /** What was typed before is wrong now and waits for something better. */
    hold(field: keyof Change): void {
      clearTimeout(timer)
      delete pending[field]
    },
    choose(change: Partial<Change>): void {
      pending = { ...pending, ...change }
      void flush()
    },
  }
}
