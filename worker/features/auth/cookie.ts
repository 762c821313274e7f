import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'

const isSecure = (ctx: Ctx): boolean => ctx.origin.startsWith('https:')

/** Over https the prefix keeps pages without it from setting one: RFC 6265bis, section 4.1.3. */
export const cookieName = (ctx: Ctx, name: string): string =>
  isSecure(ctx) ? `__Secure-${name}` : name

function cookie(ctx: Ctx, value: string, seconds: number): string {
  const name = cookieName(ctx, 'lantern_refresh')
  const secure = isSecure(ctx) ? '; Secure' : ''
  return `${name}=${value}; Path=/api/v1/auth; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`
}

export const refreshCookie = (ctx: Ctx, token: string, endsAt: number): string =>
  cookie(ctx, token, Math.floor((endsAt - ctx.now()) / 1000))

export const clearedCookie = (ctx: Ctx): string => cookie(ctx, '', 0)

/** The token that the browser holds; undefined where there is none or it cannot be one. */
export const readRefreshToken = (ctx: Ctx, request: Request): string | undefined =>
  readToken(request, cookieName(ctx, 'lantern_refresh'))

/** Of a cookie that holds a token of 32 bytes. */
export const readToken = (request: Request, name: string): string | undefined =>
  new RegExp(`(?:^|; ?)${name}=([\\w-]{43})(?=;|$)`).exec(request.headers.get('cookie') ?? '')?.[1]

/**
 * Throws `forbidden` where a page of another site sends the cookie. Programs that are no browser
 * say nothing of the two headers. https://www.w3.org/TR/fetch-metadata/
 */
export function requireSameOrigin(ctx: Ctx, request: Request): void {
  const origin = request.headers.get('origin') ?? ctx.origin
  const site = request.headers.get('sec-fetch-site') ?? 'none'
  if (origin !== ctx.origin || (site !== 'same-origin' && site !== 'none')) {
    throw new AppError('forbidden', 'This request came from another site.')
  }
}
