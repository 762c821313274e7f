import { type SQL, eq } from 'drizzle-orm'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { planMail } from '../mail/service.ts'
import type { Words } from '../mail/words.ts'
import { type UserRow, users } from '../user/table.ts'

/** Whoever acts. Throws `unauthorized` for everybody but people. */
export async function getHolder(ctx: Ctx): Promise<UserRow> {
  const { userId } = requireUser(ctx.actor)
  const [user] = await ctx.db.select().from(users).where(eq(users.id, userId))
  if (!user) throw new AppError('unauthorized')
  return user
}

interface Notice {
  user: UserRow
  kind: string
  words: Words
  when?: SQL
}

/**
 * Statements that tell the holder of an account by mail. None where the address is not confirmed:
 * it may be that of somebody who never heard of the account.
 */
export async function planNotice(ctx: Ctx, { user, ...notice }: Notice) {
  if (user.emailVerifiedAt === null) return []
  return planMail(ctx, { ...notice, to: user.email, userId: user.id })
}
