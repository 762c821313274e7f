import type { FailureCode } from '#contracts/error.ts'

/** What helps: to convert the same file once more, or nothing but another one. */
type Remedy = 'retry' | 'other-file'

const remedies: Record<FailureCode, Remedy> = {
  not_a_video: 'other-file',
  no_streams: 'other-file',
  damaged: 'other-file',
  unsupported_codec: 'other-file',
  encrypted: 'other-file',
  too_large: 'other-file',
  too_expensive: 'other-file',
  source_missing: 'other-file',
  timed_out: 'retry',
  out_of_attempts: 'retry',
  cancelled: 'retry',
  internal: 'retry',
}

/** A code that this page is too old to know may be worth a try. */
export const canRetry = (code: FailureCode | undefined): boolean =>
  code === undefined || remedies[code] !== 'other-file'
