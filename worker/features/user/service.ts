import { eq } from 'drizzle-orm'
import type { Me, User } from '#contracts/auth.ts'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { listMemberships } from '../workspace/service.ts'
import { type UserRow, users } from './table.ts'

export const toUser = ({ id, email, displayName, createdAt }: UserRow): User => ({
  id,
  email,
  displayName,
  createdAt: new Date(createdAt).toISOString(),
})

/** A statement for the batch that makes the account. The e-mail is unique in the table. */
export const insertUser = (ctx: Ctx, user: UserRow) => ctx.db.insert(users).values(user)

/** The actor and their workspaces. Throws `unauthorized` for strangers and for accounts gone. */
export async function getMe(ctx: Ctx): Promise<Me> {
  const { userId } = requireUser(ctx.actor)
  const [[user], workspaces] = await Promise.all([
    ctx.db.select().from(users).where(eq(users.id, userId)),
    listMemberships(ctx, userId),
  ])
  if (!user) throw new AppError('unauthorized')
  return { user: toUser(user), workspaces }
}
