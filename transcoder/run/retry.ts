import { setTimeout as wait } from 'node:timers/promises'

export interface RetryOptions {
  tries: number
  signal: AbortSignal
  /** An error that no further try can change. */
  isForGood?: (error: unknown) => boolean
  maxDelayMs?: number
}

/**
 * Try until it works: 0.25 s, then twice as long each time, up to `maxDelayMs`, with jitter.
 * Throws the last error, or the signal's reason.
 */
export async function retry<T>(run: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { tries, signal, isForGood = () => false, maxDelayMs = 8000 } = options
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted()
    try {
      return await run()
    } catch (error) {
      signal.throwIfAborted()
      if (attempt >= tries || isForGood(error)) throw error
      const delayMs = Math.min(maxDelayMs, 250 * 2 ** (attempt - 1)) * (0.75 + Math.random() / 2)
      await wait(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted())
    }
  }
}
