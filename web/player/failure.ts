export type FailureKind =
  /** The device has no connection, or no answer came though it has one. */
  | 'offline'
  | 'network'
  /** The link was good once: its time is over, or its owner has taken it back. */
  | 'expired'
  | 'withdrawn'
  /** It may not be played here: by another site, place or person than it was made for. */
  | 'refused'
  /** As many play at once as may. */
  | 'busy'
  | 'missing'
  /** This browser cannot decode it. */
  | 'media'

export interface Failure {
  kind: FailureKind
  /** What the server's own log calls the request that failed. */
  requestId?: string | undefined
}

/** What is known of an answer that was none. Errors of `Source.renew` may have the same fields. */
export interface Refusal {
  /** 0 or left out: no answer came. */
  status?: number | undefined
  /** Of problem+json; see contracts/error.ts. */
  code?: string | undefined
  requestId?: string | undefined
}

/** Nothing is to be gained by asking again. */
export const isFinal = ({ kind }: Failure): boolean => kind !== 'network' && kind !== 'offline'

/** Of a file of the film. `hasEnded`: the time of its link is over. */
export function failureOfMedia(refusal: Refusal, hasEnded: boolean): Failure {
  const { status = 0, requestId } = refusal
  if (isBusy(refusal)) return { kind: 'busy', requestId }
  if (status === 404 || status === 410) return { kind: 'missing', requestId }
  if (isRefused(status)) return { kind: hasEnded ? 'expired' : 'refused', requestId }
  return { kind: isOffline() ? 'offline' : 'network', requestId }
}

/** Of the request for another link: the one before it was good. */
export function failureOfRenewal(error: unknown): Failure {
  const refusal = (error ?? {}) as Refusal
  const { status = 0, requestId } = refusal
  if (isBusy(refusal)) return { kind: 'busy', requestId }
  if (status === 401) return { kind: 'expired', requestId }
  if (status === 403 || status === 404 || status === 410) return { kind: 'withdrawn', requestId }
  return { kind: isOffline() ? 'offline' : 'network', requestId }
}

export const isRefused = (status: number | undefined): boolean => status === 401 || status === 403

const isBusy = ({ code }: Refusal) => code === 'streams_limit'
const isOffline = () => navigator.onLine === false

/** What a finished request tells, whether it was read as text or as bytes. */
export function readRefusal(xhr: XMLHttpRequest): Refusal {
  const requestId = xhr.getResponseHeader('x-request-id') ?? undefined
  const body: unknown = xhr.response
  try {
    const text = body instanceof ArrayBuffer ? new TextDecoder().decode(body) : String(body)
    const { code } = JSON.parse(text) as Refusal
    return { status: xhr.status, code, requestId }
  } catch {
    return { status: xhr.status, requestId }
  }
}

/** An error for `Source.renew` to throw. */
export async function failedWith(response: Response): Promise<Error & Refusal> {
  const { status, headers } = response
  const body = (await response.json().catch(() => ({}))) as Refusal
  const requestId = headers.get('x-request-id') ?? undefined
  return Object.assign(new Error(`Answered ${status}`), { status, code: body.code, requestId })
}
