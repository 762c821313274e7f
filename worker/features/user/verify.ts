import { type SQL, and, eq, isNull, sql } from 'drizzle-orm'
import type { UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { record } from '../../core/record.ts'
import { users } from './table.ts'

/** Statements: the account's address is proved, where `when` holds. A repeat records nothing. */
export const planVerified = (ctx: Ctx, userId: UserId, when: SQL) =>
  [
    ctx.db
      .update(users)
      .set({ emailVerifiedAt: ctx.now() })
      .where(and(eq(users.id, userId), isNull(users.emailVerifiedAt), when)),
    record(ctx, 'user.verified', { data: { userId }, when: sql`changes() > 0` }),
  ] as const
