import { and, eq, gt, isNull, lte } from 'drizzle-orm'
import { apiKeyPrefix } from '#contracts/api-key.ts'
import type { KeyActor, UserActor } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { sha256Hex } from '../../core/secret.ts'
import { verifyAccessToken } from '../../core/token.ts'
import { isLive } from '../key/live.ts'
import { touchKey, wantsTouch } from '../key/service.ts'
import { apiKeys } from '../key/table.ts'
import { keepsServer } from '../user/keeper.ts'
import { users } from '../user/table.ts'
import { sessions } from './table.ts'

/** How exact "last seen" is: more would be a write a request. */
const seenEveryMs = 60_000

/**
 * Whose bearer token this is. A session that has ended, an account that is suspended or gone and a
 * key that was revoked or whose maker has left are refused from the next request on, whatever their
 * token says. Throws `token_expired`, `unauthorized`.
 */
export const identify = (ctx: Ctx, token: string): Promise<UserActor | KeyActor> =>
  token.startsWith(apiKeyPrefix) ? identifyKey(ctx, token) : identifyPerson(ctx, token)

async function identifyPerson(ctx: Ctx, token: string): Promise<UserActor> {
  const { userId, sessionId } = await verifyAccessToken(ctx, token)
  const [found] = await ctx.db
    .select({ session: sessions, email: users.email, verifiedAt: users.emailVerifiedAt })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.id, sessionId),
        eq(sessions.userId, userId),
        isNull(sessions.endedAt),
        gt(sessions.endsAt, ctx.now()),
        isNull(users.suspendedAt),
      ),
    )
  if (!found) throw new AppError('unauthorized', 'This session has ended.')
  const { session, email, verifiedAt } = found
  if (ctx.now() - session.lastSeenAt >= seenEveryMs) {
    const seen = ctx.db.update(sessions).set({ lastSeenAt: ctx.now() })
    const isDue = lte(sessions.lastSeenAt, ctx.now() - seenEveryMs)
    ctx.defer(seen.where(and(eq(sessions.id, sessionId), isDue)).run())
  }
  const isEmailVerified = verifiedAt !== null
  return {
    kind: 'user',
    userId,
    sessionId,
    isEmailVerified,
    isAdmin: keepsServer(ctx, { email, isEmailVerified }),
    confirmedAt: session.confirmedAt,
  }
}

async function identifyKey(ctx: Ctx, token: string): Promise<KeyActor> {
  const [found] = await ctx.db
    .select({ key: apiKeys, verifiedAt: users.emailVerifiedAt })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.createdBy))
    .where(and(eq(apiKeys.hash, await sha256Hex(token)), isLive(ctx), isNull(users.suspendedAt)))
  if (!found) throw new AppError('unauthorized', 'The API key is not valid.')
  const { key, verifiedAt } = found
  if (wantsTouch(ctx, key)) ctx.defer(touchKey(ctx, key.id))
  return {
    kind: 'key',
    keyId: key.id,
    userId: key.createdBy,
    workspaceId: key.workspaceId,
    scopes: key.scopes,
    isEmailVerified: verifiedAt !== null,
  }
}
