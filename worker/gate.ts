import type { Env } from './env.ts'

/** Bindings that only one machine has, where this Worker stands at the socket itself. */
interface GateEnv extends Env {
  GATE: {
    /** Host and port of miniflare's own entry. */
    entry: string
    /** A proxy stands in front and names callers in X-Forwarded-For. */
    hasProxy: boolean
    /** Of `run_worker_first`: `/api/` is all below it, `/healthz` that alone. */
    workerFirst: string[]
  }
  /** The assets, with this Worker behind them. */
  PAGES: Fetcher
  /** To the entry. */
  S3: Fetcher
}

type Fetch = (
  request: Request,
  env: Env,
  execution: ExecutionContext,
) => Response | Promise<Response>

const localPath = '/cdn-cgi/'
const s3Path = '/cdn-cgi/local/r2/s3/'

/**
 * `fetch` at the public socket of one machine. miniflare's entry answers /cdn-cgi/*, where unsigned
 * reads of R2 and the cron triggers lie; from outside only the signed S3 endpoint may be reached.
 */
export const gated =
  (fetch: Fetch): Fetch =>
  (request, env, execution) => {
    const { GATE: gate, PAGES, S3 } = env as GateEnv
    const url = new URL(request.url)
    const { pathname } = url
    const isFor = (address: string) =>
      address.endsWith('/') ? pathname.startsWith(address) : pathname === address
    if (gate.workerFirst.some(isFor)) return fetch(withCaller(request, gate), env, execution)
    if (!pathname.startsWith(localPath)) return PAGES.fetch(request)
    if (!pathname.startsWith(s3Path)) return new Response(null, { status: 404 })
    const headers = new Headers(request.headers)
    const host = headers.get('host') ?? url.host
    headers.delete('origin') // the entry refuses foreign origins; the signature is the guard here
    headers.set('MF-Original-Hostname', host)
    url.host = gate.entry
    return S3.fetch(new Request(url, { method: request.method, headers, body: request.body }))
  }

/** Nothing here knows where callers are, so what a request claims of it is dropped. */
function withCaller(request: Request, { hasProxy }: GateEnv['GATE']): Request {
  const claimed = request.headers.has('cf-connecting-ip') || request.cf
  const forwarded = hasProxy ? request.headers.get('x-forwarded-for') : null
  if (!claimed && forwarded === null) return request
  const named = new Request(request, { cf: {} })
  const caller = forwarded?.split(',').at(-1)?.trim()
  if (caller) named.headers.set('cf-connecting-ip', caller)
  else named.headers.delete('cf-connecting-ip')
  return named
}
