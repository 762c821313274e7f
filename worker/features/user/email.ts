import { type SQL, and, eq, isNull } from 'drizzle-orm'
import type { UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
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
