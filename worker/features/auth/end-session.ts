import { type SQL, and, eq, exists, isNull, ne } from 'drizzle-orm'
import type { SessionId, UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { type EndReason, challenges, sessions } from './table.ts'

interface Ending {
  userId: UserId
  reason: EndReason
  /** The session that stays. */
  except?: SessionId
  when?: SQL
}

/** A statement that ends an account's sessions: both their tokens are refused from then on. */
export const planEndSessions = (ctx: Ctx, { userId, reason, except, when }: Ending) =>
  ctx.db
    .update(sessions)
    .set({ endedAt: ctx.now(), endReason: reason })
    .where(
      and(
        eq(sessions.userId, userId),
        isNull(sessions.endedAt),
        except && ne(sessions.id, except),
        when,
      ),
    )

/** A statement that ends sign-ins that wait for a second factor: a password that is gone began them. */
export const planEndSignIns = (ctx: Ctx, userId: UserId, when: SQL) =>
  ctx.db
    .update(challenges)
    .set({ usedAt: ctx.now() })
    .where(
      and(
        eq(challenges.userId, userId),
        eq(challenges.kind, 'second_factor'),
        isNull(challenges.usedAt),
        when,
      ),
    )

/** Holds while a session has not ended: what it asked for must not outlive it. */
export const isAlive = (ctx: Ctx, sessionId: SessionId): SQL =>
  exists(
    ctx.db
      .select({ id: sessions.id })
      .from(sessions)
      .where(and(eq(sessions.id, sessionId), isNull(sessions.endedAt))),
  )
