import { and, eq, exists, inArray, isNotNull, isNull, lte, notExists, or, sql } from 'drizzle-orm'
import { accessTokenSeconds, refreshSeconds, sessionSeconds } from '#contracts/auth.ts'
import type { SessionId, UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { countTry } from '../../core/rate-limit.ts'
import { record } from '../../core/record.ts'
import { hmac, randomSecret, sha256Hex, toBase64Url } from '../../core/secret.ts'
import { signAccessToken } from '../../core/token.ts'
import { toUser } from '../user/service.ts'
import { type UserRow, users } from '../user/table.ts'
import { clearedCookie } from './cookie.ts'
import { judgeToken, planRefreshLimit } from './policy.ts'
import { refreshTokens, sessions } from './table.ts'

/** A session as its holder sees it, and the refresh token that goes into the cookie. */
export interface Grant {
  user: UserRow
  sessionId: SessionId
  refreshToken: string
  refreshEndsAt: number
}

/** The body of register, login and refresh. */
export const toSession = async (ctx: Ctx, { user, sessionId }: Grant) => ({
  user: toUser(ctx, user),
  accessToken: await signAccessToken(ctx, { userId: user.id, sessionId }),
  expiresIn: accessTokenSeconds,
})

/** A new family with its first token, and the statements that make both. */
export async function planSession(ctx: Ctx, user: UserRow, request: Request) {
  const sessionId = ctx.id('session')
  const refreshToken = randomSecret()
  const refreshEndsAt = ctx.now() + refreshSeconds * 1000
  const grant: Grant = { user, sessionId, refreshToken, refreshEndsAt }
  const statements = [
    ctx.db.insert(sessions).values({
      id: sessionId,
      userId: user.id,
      userAgent: (request.headers.get('user-agent') ?? '').slice(0, 200),
      createdAt: ctx.now(),
      endsAt: ctx.now() + sessionSeconds * 1000,
      place: ctx.place,
      lastSeenAt: ctx.now(),
      confirmedAt: ctx.now(),
    }),
    ctx.db.insert(refreshTokens).values({
      hash: await sha256Hex(refreshToken),
      sessionId,
      createdAt: ctx.now(),
      endsAt: refreshEndsAt,
    }),
  ] as const
  return { grant, statements }
}

const sessionEnded = (ctx: Ctx) =>
  new AppError('session_ended', 'This session has ended. Sign in again.', {
    headers: { 'set-cookie': clearedCookie(ctx) },
  })

/**
 * Trades a refresh token for its successor, which follows from the token itself: repeats and
 * parallel calls get the same one, and only hashes are stored. Throws `unauthorized` without a
 * token, `session_ended`, `rate_limited`.
 */
export async function refreshSession(ctx: Ctx, token: string | undefined): Promise<Grant> {
  if (!token) throw new AppError('unauthorized')
  const hash = await sha256Hex(token)
  const [found] = await ctx.db
    .select({ token: refreshTokens, session: sessions, user: users })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(refreshTokens.hash, hash))
  if (!found) throw sessionEnded(ctx)
  const { session, user } = found
  await countTry(ctx, planRefreshLimit(session.id))

  const presented = {
    usedAt: found.token.usedAt,
    endsAt: found.token.endsAt,
    sessionEndsAt: session.endsAt,
    sessionEndedAt: session.endedAt,
  }
  const verdict = judgeToken(presented, ctx.now())
  if (verdict === 'reuse') await endStolenSession(ctx, session.id, user.id)
  if (verdict === 'reuse' || verdict === 'ended' || user.suspendedAt !== null) {
    throw sessionEnded(ctx)
  }

  const refreshToken = toBase64Url(await hmac(ctx.config.REFRESH_SECRET, token))
  const refreshEndsAt = Math.min(ctx.now() + refreshSeconds * 1000, session.endsAt)
  // Whoever loses this race was a moment late, and hands out the winner's successor.
  if (verdict === 'rotate') {
    const successor = {
      hash: await sha256Hex(refreshToken),
      sessionId: session.id,
      createdAt: ctx.now(),
      endsAt: refreshEndsAt,
    }
    await ctx.db.batch([
      ctx.db
        .update(refreshTokens)
        .set({ usedAt: ctx.now() })
        .where(and(eq(refreshTokens.hash, hash), isNull(refreshTokens.usedAt))),
      ctx.db.insert(refreshTokens).values(successor).onConflictDoNothing(),
      ctx.db
        .update(sessions)
        .set({ lastSeenAt: ctx.now(), place: ctx.place })
        .where(and(eq(sessions.id, session.id), isNull(sessions.endedAt))),
    ])
  }
  return { user, sessionId: session.id, refreshToken, refreshEndsAt }
}

async function endStolenSession(ctx: Ctx, sessionId: SessionId, userId: UserId): Promise<void> {
  const isLive = and(eq(sessions.id, sessionId), isNull(sessions.endedAt))
  await ctx.db.batch([
    record(ctx, 'session.reuse_detected', {
      data: { userId, sessionId },
      when: exists(ctx.db.select({ id: sessions.id }).from(sessions).where(isLive)),
    }),
    ctx.db.update(sessions).set({ endedAt: ctx.now(), endReason: 'reuse' }).where(isLive),
  ])
}

/** Ends the session that a token belongs to, used or not; nothing where there is none. */
export async function endSession(ctx: Ctx, token: string | undefined): Promise<void> {
  if (!token) return
  const [session] = await ctx.db
    .select({ id: sessions.id, userId: sessions.userId })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .where(eq(refreshTokens.hash, await sha256Hex(token)))
  if (!session) return
  const { id, userId } = session
  await ctx.db.batch([
    ctx.db
      .update(sessions)
      .set({ endedAt: ctx.now(), endReason: 'logout' })
      .where(and(eq(sessions.id, id), isNull(sessions.endedAt))),
    record(ctx, 'session.ended', {
      actorId: userId,
      data: { userId, sessionId: id, reason: 'logout' },
      when: sql`changes() > 0`,
    }),
  ])
}

/** Deletes what can no longer be used: tokens past their end or of an ended session, then the sessions. */
export async function forgetEndedSessions(ctx: Ctx): Promise<void> {
  const ended = ctx.db
    .select({ id: sessions.id })
    .from(sessions)
    .where(or(isNotNull(sessions.endedAt), lte(sessions.endsAt, ctx.now())))
  const tokenOf = ctx.db
    .select({ hash: refreshTokens.hash })
    .from(refreshTokens)
    .where(eq(refreshTokens.sessionId, sessions.id))
  await ctx.db.batch([
    ctx.db
      .delete(refreshTokens)
      .where(or(lte(refreshTokens.endsAt, ctx.now()), inArray(refreshTokens.sessionId, ended))),
    ctx.db.delete(sessions).where(notExists(tokenOf)),
  ])
}
