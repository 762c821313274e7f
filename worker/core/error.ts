import { type ErrorCode, type FieldError, type Problem, errorCodes } from '#contracts/error.ts'

/** The one error that reaches clients. `sentence` is for people: no path, no stack, no foreign id. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly fields: FieldError[] | undefined
  readonly headers: Record<string, string>

  constructor(
    code: ErrorCode,
    sentence?: string,
    detail: { fields?: FieldError[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(sentence ?? `${errorCodes[code][1]}.`, { cause: detail.cause })
    this.name = 'AppError'
    this.code = code
    this.fields = detail.fields
    this.headers = detail.headers ?? {}
  }

  get status(): number {
    return errorCodes[this.code][0]
  }
}

export const notFound = (noun: string) => new AppError('not_found', `There is no such ${noun}.`)

/** RFC 9457. A failure that is not ours shows nothing of itself. */
export function toProblemResponse(error: unknown, requestId: string): Response {
  const known = error instanceof AppError ? error : new AppError('internal')
  const [status, title] = errorCodes[known.code]
  const problem: Problem = {
    type: `urn:lantern:error:${known.code}`,
    title,
    status,
    code: known.code,
    detail: known.message,
    requestId,
    ...(known.fields && { errors: known.fields }),
  }
  const headers = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'x-request-id': requestId,
    ...known.headers,
  }
  return new Response(JSON.stringify(problem), { status, headers })
}
