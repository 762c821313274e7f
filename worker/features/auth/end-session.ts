import { and, eq, isNull, ne } from 'drizzle-orm'
import type { SessionId, UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { type EndReason, sessions } from './table.ts'

interface Ending {
  userId: UserId
  reason: EndReason
  /** The session that stays. */
  except?: SessionId
}

/** A statement that ends an account's sessions: both their tokens are refused from then on. */
export const planEndSessions = (ctx: Ctx, { userId, reason, except }: Ending) =>
  ctx.db
    .update(sessions)
    .set({ endedAt: ctx.now(), endReason: reason })
    .where(
      and(eq(sessions.userId, userId), isNull(sessions.endedAt), except && ne(sessions.id, except)),
    )
