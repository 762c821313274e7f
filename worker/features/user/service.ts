import { eq, sql } from 'drizzle-orm'
import type { Me, User } from '#contracts/auth.ts'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import { listMemberships } from '../workspace/service.ts'
import { type UserRow, users } from './table.ts'

export const toUser = (ctx: Ctx, row: UserRow): User => ({
  id: row.id,
  email: row.email,
  isEmailVerified: row.emailVerifiedAt !== null,
  displayName: row.displayName,
  bio: row.bio,
  avatarUrl: avatarUrl(ctx, row.avatar),
  createdAt: new Date(row.createdAt).toISOString(),
})

/** The middle size; null where there is no picture. */
export const avatarUrl = (ctx: Ctx, avatar: string | null): string | null =>
  avatar && `${ctx.origin}/api/v1/avatars/${avatar}/256`

/** A statement for the batch that makes the account. The e-mail is unique in the table. */
export const insertUser = (ctx: Ctx, user: UserRow) => ctx.db.insert(users).values(user)

/** The actor and their workspaces. Throws `unauthorized` for strangers and for accounts gone. */
export async function getMe(ctx: Ctx): Promise<Me> {
  const { userId, isAdmin } = requireUser(ctx.actor)
  const [[user], workspaces] = await Promise.all([
    ctx.db.select().from(users).where(eq(users.id, userId)),
    listMemberships(ctx, userId),
  ])
  if (!user) throw new AppError('unauthorized')
  return { user: toUser(ctx, user), workspaces, isAdmin }
}

interface ProfileChange {
  displayName?: string | undefined
  bio?: string | undefined
}

/** Writes the named fields and no other. */
export async function updateMe(ctx: Ctx, { displayName, bio }: ProfileChange): Promise<User> {
  const { userId } = requireUser(ctx.actor)
  const fields = {
    ...(displayName !== undefined && { displayName }),
    ...(bio !== undefined && { bio }),
  }
  const [[updated]] = await ctx.db.batch([
    ctx.db.update(users).set(fields).where(eq(users.id, userId)).returning(),
    record(ctx, 'user.updated', {
      data: { userId, fields: Object.keys(fields).join(' ') },
      when: sql`changes() > 0`,
    }),
  ])
  if (!updated) throw new AppError('unauthorized')
  return toUser(ctx, updated)
}
