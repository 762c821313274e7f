import type { Pacing } from './retry.ts'

/** Real time, real network. Every wait ends with the signal. */
export const browserPacing: Pacing = {
  isOnline: () => navigator.onLine,
  random: () => Math.random(),
  sleep: (ms, signal) =>
    waitFor(signal, (done) => {
      const timer = setTimeout(done, ms)
      return () => clearTimeout(timer)
    }),
  untilOnline: (signal) =>
    navigator.onLine
      ? Promise.resolve()
      : waitFor(signal, (done) => {
          addEventListener('online', done)
          return () => removeEventListener('online', done)
        }),
}

function waitFor(signal: AbortSignal, start: (done: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const stop = start(() => {
      signal.removeEventListener('abort', onAbort)
      stop()
      resolve()
    })
    function onAbort() {
      stop()
      reject(signal.reason)
    }
    signal.addEventListener('abort', onAbort, { once: true })
  })
}
