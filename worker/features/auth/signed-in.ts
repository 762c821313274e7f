import { and, desc, eq, exists, gt, isNull } from 'drizzle-orm'
import type * as contract from '#contracts/account.ts'
import type { SessionId } from '#contracts/id.ts'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { notFound } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import { toDevice } from './device.ts'
import { hasChanged } from './email-link.ts'
import { planEndSessions } from './end-session.ts'
import { refreshTokens, sessions } from './table.ts'

/** Sessions that can go on; the latest use first. */
export async function listSessions(ctx: Ctx): Promise<{ items: contract.SignedInDevice[] }> {
  const { userId, sessionId } = requireUser(ctx.actor)
  const next = ctx.db
    .select({ hash: refreshTokens.hash })
    .from(refreshTokens)
    .where(
      and(
        eq(refreshTokens.sessionId, sessions.id),
        isNull(refreshTokens.usedAt),
        gt(refreshTokens.endsAt, ctx.now()),
      ),
    )
  const rows = await ctx.db
    .select()
    .from(sessions)
    .where(
      and(
        eq(sessions.userId, userId),
        isNull(sessions.endedAt),
        gt(sessions.endsAt, ctx.now()),
        exists(next),
      ),
    )
    .orderBy(desc(sessions.lastSeenAt), desc(sessions.id))
  const items = rows.map((row) => ({
    id: row.id,
    isCurrent: row.id === sessionId,
    device: toDevice(row.userAgent),
    place: row.place,
    createdAt: new Date(row.createdAt).toISOString(),
    lastSeenAt: new Date(row.lastSeenAt).toISOString(),
    endsAt: new Date(row.endsAt).toISOString(),
  }))
  return { items }
}

/** Throws `not_found` for sessions that are not the caller's own, or have ended. */
export async function endOneSession(ctx: Ctx, sessionId: SessionId): Promise<void> {
  const { userId } = requireUser(ctx.actor)
  const isMine = and(
    eq(sessions.id, sessionId),
    eq(sessions.userId, userId),
    isNull(sessions.endedAt),
  )
  const [ended] = await ctx.db.batch([
    ctx.db
      .update(sessions)
      .set({ endedAt: ctx.now(), endReason: 'ended' })
      .where(isMine)
      .returning({ id: sessions.id }),
    record(ctx, 'session.ended', {
      data: { userId, sessionId, reason: 'ended' },
      when: hasChanged,
    }),
  ])
  if (ended.length === 0) throw notFound('session')
}

/** One fact for all of them, and none where there was no other. */
export async function endOtherSessions(ctx: Ctx): Promise<void> {
  const { userId, sessionId } = requireUser(ctx.actor)
  await ctx.db.batch([
    planEndSessions(ctx, { userId, reason: 'ended', except: sessionId }),
    record(ctx, 'session.ended', {
      data: { userId, exceptSessionId: sessionId, reason: 'ended' },
      when: hasChanged,
    }),
  ])
}
