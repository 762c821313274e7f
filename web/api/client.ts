import type { Session } from '#contracts/auth.ts'
import { ApiError, errorFromResponse, hasCode, isAbort, networkError } from './error.ts'

export interface CallOptions {
  query?: Record<string, string | number | undefined>
  /** A blob goes as it is, with its own type; all else as JSON. */
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
  /** Goes on though the page is left. The body then may have 64 kB. */
  keepalive?: boolean
  /** `none` never waits for or sends the token. */
  auth?: 'none'
}

export interface ClientParts {
  fetch: typeof fetch
  /** Runs one at a time over all tabs, so that two tabs never use the same refresh cookie. */
  lock: <T>(run: () => Promise<T>) => Promise<T>
  now: () => number
  isOnline: () => boolean
  /** Called with each new session, and with null where the server ended it. */
  onSession: (session: Session | null) => void
  /** Sees what the server answers to a call with a token, where it is no success. */
  onRefused?: (error: ApiError, method: string, path: string) => void
}

export interface Client {
  /** Throws ApiError; an aborted signal throws its AbortError. 204 gives undefined. */
  call<T>(method: string, path: string, options?: CallOptions): Promise<T>
  /** As `call`, but hands over the response for reading as a stream. */
  open(method: string, path: string, options?: CallOptions): Promise<Response>
  /** Concurrent callers share one request. Throws ApiError `session_ended` where none is left. */
  refresh(): Promise<Session>
  /** Calls without a token wait until `until` settles: the first refresh of a page. */
  holdFor(until: Promise<unknown>): void
  use(session: Session | null): void
}

interface Token {
  value: string
  endsAt: number
}

/** A token that ends within so long is renewed before it is used. */
const renewBeforeMs = 20_000

export function createClient(parts: ClientParts): Client {
  let token: Token | undefined
  let refreshing: Promise<Session> | undefined
  let hold: Promise<unknown> | undefined

  function use(session: Session | null) {
    token = session
      ? { value: session.accessToken, endsAt: parts.now() + session.expiresIn * 1000 }
      : undefined
  }

  async function send(method: string, path: string, options: CallOptions, bearer?: string) {
    const headers: Record<string, string> = { accept: 'application/json', ...options.headers }
    if (bearer) headers.authorization = `Bearer ${bearer}`
    const init: RequestInit = { method, headers, credentials: 'same-origin' }
    if (options.signal) init.signal = options.signal
    if (options.keepalive) init.keepalive = true
    if (options.body instanceof Blob) {
      headers['content-type'] = options.body.type
      init.body = options.body
    } else if (options.body !== undefined) {
      headers['content-type'] = 'application/json'
      init.body = JSON.stringify(options.body)
    }
    try {
      return await parts.fetch(path + queryString(options.query), init)
    } catch (error) {
      if (isAbort(error) || options.signal?.aborted) throw error
      throw networkError(error, parts.isOnline())
    }
  }

  async function renew(): Promise<Session> {
    const response = await send('POST', '/api/v1/auth/refresh', {})
    if (!response.ok) {
      const error = await errorFromResponse(response)
      if (error.status === 401) {
        use(null)
        parts.onSession(null)
      }
      throw error
    }
    const session = (await response.json()) as Session
    use(session)
    parts.onSession(session)
    return session
  }

  function refresh(): Promise<Session> {
    refreshing ??= parts.lock(renew).finally(() => (refreshing = undefined))
    return refreshing
  }

  async function freshToken(): Promise<string | undefined> {
    if (hold) await hold.catch(() => undefined)
    if (token && token.endsAt - parts.now() < renewBeforeMs) await refresh()
    return token?.value
  }

  async function open(method: string, path: string, options: CallOptions = {}) {
    const bearer = options.auth === 'none' ? undefined : await freshToken()
    const response = await send(method, path, options, bearer)
    if (response.ok) return response
    const error = await errorFromResponse(response)
    if (bearer) parts.onRefused?.(error, method, path)
    if (!bearer || !hasCode(error, 'token_expired', 'unauthorized')) throw error
    if (token?.value === bearer) await refresh()
    const again = await send(method, path, options, token?.value)
    if (again.ok) return again
    throw await errorFromResponse(again)
  }

  async function call<T>(method: string, path: string, options?: CallOptions): Promise<T> {
    const response = await open(method, path, options)
    if (response.status === 204) return undefined as T
    try {
      return (await response.json()) as T
    } catch (error) {
      if (isAbort(error)) throw error
      const message = 'The answer of the server could not be read.'
      throw new ApiError({ status: response.status, code: 'unreadable', message }, { cause: error })
    }
  }

  return { call, open, refresh, use, holdFor: (until) => (hold = until) }
}

function queryString(query: CallOptions['query'] = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value))
  }
  return search.size ? `?${search}` : ''
}
