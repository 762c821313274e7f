import type { FailureCode } from '#contracts/error.ts'

/** Why an attempt ends without a film. Bad input is final; trouble on our side may be retried. */
export class TaskError extends Error {
  readonly code: FailureCode
  readonly isRetryable: boolean

  constructor(
    code: FailureCode,
    message: string,
    options: { isRetryable?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'TaskError'
    this.code = code
    this.isRetryable = options.isRetryable ?? false
  }
}

/** The attempt must end without a report: it is another's, nobody's, or of another lane. */
export class Stopped extends Error {
  readonly why: 'fenced' | 'cancelled' | 'lease_lost' | 'leaving' | 'misplaced'

  constructor(why: Stopped['why']) {
    super(`Stopped: ${why}`)
    this.name = 'Stopped'
    this.why = why
  }
}

const scarce = ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ENOMEM', 'EIO']

/** Trouble of this machine, or of storage, that the next try may not have. */
export const isPassing = (error: unknown): boolean =>
  error instanceof TaskError
    ? error.isRetryable
    : scarce.includes((error as NodeJS.ErrnoException | null)?.code ?? '')

/** Anything thrown, as a failure: what nobody foresaw is ours, and worth another try. */
export function toTaskError(error: unknown): TaskError {
  if (error instanceof TaskError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new TaskError('internal', message, { isRetryable: true, cause: error })
}
