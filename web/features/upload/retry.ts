import { ApiError } from '../../api/error.ts'
import { backoffMs } from './parts.ts'
import { FileGoneError, PutError } from './put.ts'

export interface Pacing {
  sleep: (ms: number, signal: AbortSignal) => Promise<void>
  isOnline: () => boolean
  /** Resolves once the browser has a network. */
  untilOnline: (signal: AbortSignal) => Promise<void>
  random: () => number
}

const maxTries = 6

/** Whether another try may end otherwise. Refusals by reason do not; 403 of storage is expiry. */
export function isPassing(error: unknown): boolean {
  if (error instanceof FileGoneError) return false
  if (error instanceof PutError)
    return [0, 403, 408, 429].includes(error.status) || error.status >= 500
  if (!(error instanceof ApiError)) return false
  if (error.code === 'idempotency_in_progress') return true
  return error.status === 0 || error.status === 429 || error.status >= 500
}

/**
 * Six tries with growing pauses. Time without a network costs no try. Throws the last error, or
 * the first one that is not passing.
 */
export async function withRetries<T>(
  pacing: Pacing,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T> {
  let failures = 0
  for (;;) {
    signal.throwIfAborted()
    await pacing.untilOnline(signal)
    try {
      return await run()
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error
      if (!pacing.isOnline()) continue
      failures += 1
      if (failures >= maxTries) throw error
      const askedMs = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0
      await pacing.sleep(Math.max(askedMs, backoffMs(failures, pacing.random())), signal)
    }
  }
}
