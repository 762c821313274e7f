import type { Ctx } from '../../core/context.ts'
import { hmac, toBase64Url } from '../../core/secret.ts'

const name = 'lantern_outside'
const path = '/api/v1/auth/outside'
const seconds = 10 * 60

/** Lax: the browser comes back from another site, and must bring it. */
function cookie(ctx: Ctx, value: string, maxAge: number): string {
  const secure = ctx.origin.startsWith('https:') ? '; Secure' : ''
  return `${name}=${value}; Path=${path}; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`
}

export const outsideCookie = (ctx: Ctx, token: string): string => cookie(ctx, token, seconds)

export const clearedOutsideCookie = (ctx: Ctx): string => cookie(ctx, '', 0)

/** The challenge that this browser began; undefined where it began none. */
export const readOutsideToken = (request: Request): string | undefined =>
  /(?:^|; ?)lantern_outside=([\w-]{43})(?=;|$)/.exec(request.headers.get('cookie') ?? '')?.[1]

/** What travels in addresses: it follows from the cookie, and does not lead back to it. */
export const stateOf = async (ctx: Ctx, token: string): Promise<string> =>
  toBase64Url(await hmac(ctx.config.SEAL_SECRET, `outside state ${token}`))
