import { createSignal, onCleanup } from 'solid-js'

/** Epoch ms, renewed each minute: for times like "5 minutes ago". */
export function createClock(everyMs = 60_000): () => number {
  const [now, setNow] = createSignal(Date.now())
  const timer = setInterval(() => setNow(Date.now()), everyMs)
  onCleanup(() => clearInterval(timer))
  return now
}

/** True while the browser has a network. */
export function createOnline(): () => boolean {
  const [isOnline, setOnline] = createSignal(navigator.onLine)
  const update = () => setOnline(navigator.onLine)
  addEventListener('online', update)
  addEventListener('offline', update)
  onCleanup(() => {
    removeEventListener('online', update)
    removeEventListener('offline', update)
  })
  return isOnline
}

/** Turns true once `isWaiting` has held for so long: a skeleton for quick answers only flickers. */
export function createDelayed(delayMs = 150): () => boolean {
  const [isLate, setLate] = createSignal(false)
  const timer = setTimeout(() => setLate(true), delayMs)
  onCleanup(() => clearTimeout(timer))
  return isLate
}
