import { setTimeout as wait } from 'node:timers/promises'

export interface RetryOptions {
  /** Give up after so many tries. */
  tries?: number
  /** Give up once it has failed for so long. */
  patienceMs?: number
  signal: AbortSignal
  /** An error that no further try can change. */
  isForGood?: (error: unknown) => boolean
  maxDelayMs?: number
}

/**
 * Try until it works: 0.25 s, then twice as long each time, up to `maxDelayMs`, with jitter. A try
 * that calls `moved` has got somewhere, and all begins anew. Throws the last error, or the signal's
 * reason.
 */
export async function retry<T>(
  run: (moved: () => void) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const { tries = Infinity, patienceMs = Infinity, maxDelayMs = 8000 } = options
  const { signal, isForGood = () => false } = options
  let failures = 0
  let failingSince: number | null = null
  const moved = () => {
    failures = 0
    failingSince = null
  }
  for (;;) {
    signal.throwIfAborted()
    try {
      return await run(moved)
    } catch (error) {
      signal.throwIfAborted()
      failingSince ??= performance.now()
      const isOver = ++failures >= tries || performance.now() - failingSince >= patienceMs
      if (isOver || isForGood(error)) throw error
      const delayMs = Math.min(maxDelayMs, 250 * 2 ** (failures - 1)) * (0.75 + Math.random() / 2)
      await wait(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted())
    }
  }
}
