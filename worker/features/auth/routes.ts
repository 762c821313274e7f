import * as contract from '#contracts/auth.ts'
import type { Ctx } from '../../core/context.ts'
import { type Route, on } from '../../core/http.ts'
import { jwks } from '../../core/token.ts'
import { clearedCookie, readRefreshToken, refreshCookie, requireSameOrigin } from './cookie.ts'
import { login } from './login.ts'
import { register } from './register.ts'
import { type Grant, endSession, refreshSession, toSession } from './session.ts'

async function signedIn(ctx: Ctx, grant: Grant, status: 200 | 201): Promise<Response> {
  const headers = {
    'cache-control': 'no-store',
    'set-cookie': refreshCookie(ctx, grant.refreshToken, grant.refreshEndsAt),
  }
  const session = contract.Session.parse(await toSession(ctx, grant))
  return Response.json(session, { status, headers })
}

export const authRoutes: Route[] = [
  on(contract.register, async (ctx, { body, request }) =>
    signedIn(ctx, await register(ctx, body, request), 201),
  ),
  on(contract.login, async (ctx, { body, request }) =>
    signedIn(ctx, await login(ctx, body, request), 200),
  ),
  on(contract.refresh, async (ctx, { request }) => {
    requireSameOrigin(ctx, request)
    return signedIn(ctx, await refreshSession(ctx, readRefreshToken(request)), 200)
  }),
  on(contract.logout, async (ctx, { request }) => {
    requireSameOrigin(ctx, request)
    await endSession(ctx, readRefreshToken(request))
    const headers = { 'cache-control': 'no-store', 'set-cookie': clearedCookie(ctx) }
    return new Response(null, { status: 204, headers })
  }),
  on(contract.getJwks, async (ctx) => {
    const headers = { 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' }
    return Response.json(contract.Jwks.parse(jwks(ctx.config)), { headers })
  }),
]
