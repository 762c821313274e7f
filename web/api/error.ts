import type { ErrorCode, FieldError, Problem } from '#contracts/error.ts'

export type ClientErrorCode = ErrorCode | 'network' | 'unreadable'

interface ApiErrorDetail {
  status: number
  code: ClientErrorCode
  message: string
  requestId?: string | undefined
  fields?: FieldError[] | undefined
  retryAfterMs?: number | undefined
}

/** What every function of `api/` throws. `status` 0 means that no answer came. */
export class ApiError extends Error {
  readonly status: number
  readonly code: ClientErrorCode
  readonly requestId: string | undefined
  readonly fields: FieldError[]
  readonly retryAfterMs: number | undefined

  constructor(detail: ApiErrorDetail, options?: ErrorOptions) {
    super(detail.message, options)
    this.name = 'ApiError'
    this.status = detail.status
    this.code = detail.code
    this.requestId = detail.requestId
    this.fields = detail.fields ?? []
    this.retryAfterMs = detail.retryAfterMs
  }

  fieldMessage(field: string): string | undefined {
    return this.fields.find((error) => error.field === field)?.message
  }
}

export const isAbort = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'AbortError'

export const hasCode = (error: unknown, ...codes: ClientErrorCode[]): boolean =>
  error instanceof ApiError && codes.includes(error.code)

export function networkError(cause: unknown, isOnline: boolean): ApiError {
  const message = isOnline
    ? 'The server cannot be reached. Check your connection and try again.'
    : 'You are offline. Try again when you are connected.'
  return new ApiError({ status: 0, code: 'network', message }, { cause })
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3) as milliseconds from now. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (!header) return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs)
}

export async function errorFromResponse(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined)
  const problem = isProblem(body) ? body : undefined
  return new ApiError({
    status: response.status,
    code: problem?.code ?? 'unreadable',
    message: problem?.detail ?? `The server answered ${response.status} without a reason.`,
    requestId: problem?.requestId ?? response.headers.get('x-request-id') ?? undefined,
    fields: problem?.errors,
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), Date.now()),
  })
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && 'detail' in body
