import * as contract from '#contracts/auth.ts'
import { type Route, on } from '../../core/http.ts'
import { jwks } from '../../core/token.ts'
import { clearedCookie, readRefreshToken, requireSameOrigin } from './cookie.ts'
import { login } from './login.ts'
import { register } from './register.ts'
import { replySession } from './reply.ts'
import { endSession, refreshSession } from './session.ts'

export const authRoutes: Route[] = [
  on(contract.register, async (ctx, { body, request }) =>
    replySession(ctx, await register(ctx, body, request), 201),
  ),
  on(contract.login, async (ctx, { body, request }) => {
    const signedIn = await login(ctx, body, request)
    return 'challenge' in signedIn ? signedIn : replySession(ctx, signedIn, 200)
  }),
  on(contract.refresh, async (ctx, { request }) => {
    requireSameOrigin(ctx, request)
    return replySession(ctx, await refreshSession(ctx, readRefreshToken(request)), 200)
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
