import type { Context } from 'hono'
import type { Ctx } from './context.ts'

const noFrames = "frame-ancestors 'none'"

/** What every answer of the API carries. Pages have their own: web/public/_headers. */
const always: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  // An answer that a browser is led to show as a page can run and load nothing.
  'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
}

/** By hono's own setter: headers of foreign answers cannot be changed in place. */
export function setHeaders(c: Context, ctx: Ctx): void {
  c.header('x-request-id', ctx.requestId)
  const policy = c.res.headers.get('content-security-policy')
  for (const [name, value] of Object.entries(always)) {
    // It knows no list of sites: where a policy has one, that alone counts.
    if (name === 'x-frame-options' && policy && !policy.includes(noFrames)) continue
    if (!c.res.headers.has(name)) c.header(name, value)
  }
  if (ctx.origin.startsWith('https:'))
    c.header('strict-transport-security', 'max-age=31536000; includeSubDomains')
  if (ctx.limits.length === 0) return
  c.header('ratelimit-policy', ctx.limits.map(toPolicy).join(', '))
  const known = ctx.limits.flatMap((limit) => (limit.left === undefined ? [] : toState(limit)))
  if (known.length > 0) c.header('ratelimit', known.join(', '))
}

/** A limit that this request was counted in. */
export interface CountedLimit {
  name: string
  max: number
  windowSeconds: number
  /** Undefined where nobody counts exactly. */
  left?: number
  resetSeconds?: number
}

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ */
const toPolicy = ({ name, max, windowSeconds }: CountedLimit) =>
  `"${name}";q=${max};w=${windowSeconds}`
const toState = ({ name, left, resetSeconds }: CountedLimit) =>
  `"${name}";r=${left};t=${resetSeconds}`
