import { and, eq, sql } from 'drizzle-orm'
import type { UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import { type UserRow, users } from './table.ts'

/**
 * Names another picture, or none, and answers which one it was before: of calls at once, each gets
 * the one that it replaced. Throws `unauthorized` where the account is gone.
 */
export async function setAvatar(
  ctx: Ctx,
  userId: UserId,
  avatar: string | null,
): Promise<{ user: UserRow; former: string | null }> {
  const me = eq(users.id, userId)
  const data = { userId, hasAvatar: avatar !== null }
  const [[before], , , [user]] = await ctx.db.batch([
    ctx.db.select({ avatar: users.avatar }).from(users).where(me),
    ctx.db
      .update(users)
      .set({ avatar })
      .where(and(me, sql`${users.avatar} is not ${avatar}`)),
    record(ctx, 'user.updated', { data, when: sql`changes() > 0` }),
    ctx.db.select().from(users).where(me),
  ])
  if (!before || !user) throw new AppError('unauthorized')
  return { user, former: before.avatar }
}
