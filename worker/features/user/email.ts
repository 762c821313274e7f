import { type SQL, and, eq, isNull, sql } from 'drizzle-orm'
import type { UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { record } from '../../core/record.ts'
import { users } from './table.ts'

interface Proof {
  userId: UserId
  /** The address that was proved: another that the account has by then stays unproved. */
  email: string
  when?: SQL
}

/** A statement that marks an address as its holder's; it changes nothing where it is already. */
export const planVerifyEmail = (ctx: Ctx, { userId, email, when }: Proof) =>
  ctx.db
    .update(users)
    .set({ emailVerifiedAt: ctx.now() })
    .where(and(eq(users.id, userId), eq(users.email, email), isNull(users.emailVerifiedAt), when))

/** The same with its fact; a repeat records nothing. */
export const planVerified = (ctx: Ctx, proof: Proof) =>
  [
    planVerifyEmail(ctx, proof),
    record(ctx, 'user.verified', {
      data: { userId: proof.userId },
      when: sql`changes() > 0`,
    }),
  ] as const

interface Move {
  userId: UserId
  from: string
  to: string
  when: SQL
}

/** A statement that moves an account to an address that is proved. That is unique in the table. */
export const planMoveEmail = (ctx: Ctx, { userId, from, to, when }: Move) =>
  ctx.db
    .update(users)
    .set({ email: to, emailVerifiedAt: ctx.now() })
    .where(and(eq(users.id, userId), eq(users.email, from), when))
    .returning({ id: users.id })
