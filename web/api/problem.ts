import { ApiError } from './error.ts'
import { formatWait } from '../ui/format.ts'

/** What to say of an error at the form that met it. */
export function problemText(error: unknown): string {
  if (!(error instanceof ApiError)) {
    const isForPeople = error instanceof Error && error.name !== 'TypeError'
    return isForPeople ? error.message : 'Something went wrong here. Try again.'
  }
  if (error.code !== 'rate_limited') return error.message
  const wait = error.retryAfterMs === undefined ? 'a while' : formatWait(error.retryAfterMs)
  return `Too many tries. Wait ${wait} and try again.`
}
