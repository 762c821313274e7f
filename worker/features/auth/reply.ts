import { Session } from '#contracts/auth.ts'
import type { Ctx } from '../../core/context.ts'
import { refreshCookie } from './cookie.ts'
import { type Grant, toSession } from './session.ts'

/** The session as JSON, and its refresh token in the cookie alone. */
export async function replySession(ctx: Ctx, grant: Grant, status: 200 | 201): Promise<Response> {
  const headers = {
    'cache-control': 'no-store',
    'set-cookie': refreshCookie(ctx, grant.refreshToken, grant.refreshEndsAt),
  }
  return Response.json(Session.parse(await toSession(ctx, grant)), { status, headers })
}
