import { eq, notExists, or } from 'drizzle-orm'
import type { UserId } from '#contracts/id.ts'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import { isRefused, refuseWhere } from '../../core/refuse.ts'
import { planForgetAccess } from '../auth/forget.ts'
import { planForgetMails } from '../mail/forget.ts'
import { planMail } from '../mail/service.ts'
import { planForgetOutside } from '../outside/forget.ts'
import { isBereaving, listPlaces, planLeave, planLeaving } from '../workspace/leave.ts'
import { goodbyeWords } from './mail-words.ts'
import { type UserRow, users } from './table.ts'

/** Others may join or hand over between reading and writing; then it is read again. */
const maxAttempts = 4

/**
 * The whole account in one batch, for good; its address is free again. `typed` is that address.
 * Throws `conflict` where it is not, `last_owner` where others would be left without an owner.
 */
export async function deleteMe(ctx: Ctx, typed: string): Promise<void> {
  const { userId } = requireUser(ctx.actor)
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const user = await loadUser(ctx, userId)
    if (user.email !== typed) {
      throw new AppError('conflict', 'This is not the address of your account: type it as it is.')
    }
    if (await erase(ctx, user)) return
  }
  throw new AppError('conflict', 'Your workspaces change just now. Try again in a moment.')
}

async function loadUser(ctx: Ctx, userId: UserId): Promise<UserRow> {
  const [user] = await ctx.db.select().from(users).where(eq(users.id, userId))
  if (!user) throw new AppError('unauthorized')
  return user
}

/** False where the rows have changed since they were read: nothing is written then. */
async function erase(ctx: Ctx, user: UserRow): Promise<boolean> {
  const { id: userId, email, avatar } = user
  const { stuck, ended, left } = planLeaving(await listPlaces(ctx, userId))
  const [first] = stuck
  if (first) {
    const sentence = `“${first.name}” has other members: hand it to one of them first.`
    throw new AppError('last_owner', sentence)
  }
  const [endedIds, leftIds] = [ended, left].map((all) => all.map((one) => one.workspaceId))
  const leaving = { userId, ended: endedIds ?? [], left: leftIds ?? [] }
  const own = eq(users.id, userId)
  const isGone = notExists(ctx.db.select({ id: users.id }).from(users).where(own))
  const farewell = await planMail(ctx, { kind: 'goodbye', to: email, words: goodbyeWords() })
  try {
    await ctx.db.batch([
      refuseWhere(ctx, or(isGone, isBereaving(ctx, leaving))!),
      ...planForgetAccess(ctx, userId),
      planForgetOutside(ctx, userId),
      ...planLeave(ctx, leaving),
      planForgetMails(ctx, { userId, email }),
      ctx.db.delete(users).where(own),
      record(ctx, 'user.deleted', { data: { userId, avatar } }),
      ...farewell,
    ])
    return true
  } catch (error) {
    if (isRefused(error)) return false
    throw error
  }
}
