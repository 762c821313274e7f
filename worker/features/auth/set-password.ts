import { type SQL, and, eq, exists } from 'drizzle-orm'
import type { UserId } from '#contracts/id.ts'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { countTry } from '../../core/rate-limit.ts'
import { record } from '../../core/record.ts'
import { linkTo, planMail } from '../mail/service.ts'
import { type UserRow, users } from '../user/table.ts'
import { hasChanged, planSpendLinks } from './email-link.ts'
import { isAlive, planEndSessions, planEndSignIns } from './end-session.ts'
import { passwordChangedWords } from './mail-words.ts'
import { hashPassword } from './password.ts'
import { planPasswordLimit } from './policy.ts'
import { passwords } from './table.ts'
import { requireStrong } from './weak-password.ts'

interface NewPassword {
  userId: UserId
  hash: string
  when: SQL
}

/** A statement that sets an account's password, the first one too; answers a row where it did. */
export const planSetPassword = (ctx: Ctx, { userId, hash, when }: NewPassword) =>
  insertWhere(ctx.db, passwords, { userId, hash, changedAt: ctx.now() }, when)
    .onConflictDoUpdate({ target: passwords.userId, set: { hash, changedAt: ctx.now() } })
    .returning({ userId: passwords.userId })

/** Holds where this very hash was set: its salt is new each time. */
export const isPasswordSet = (ctx: Ctx, userId: UserId, hash: string): SQL =>
  exists(
    ctx.db
      .select({ userId: passwords.userId })
      .from(passwords)
      .where(and(eq(passwords.userId, userId), eq(passwords.hash, hash))),
  )

/** Statements that tell an account's holder, right after the change itself. */
export const planPasswordNotice = (ctx: Ctx, { id, email }: UserRow) =>
  planMail(ctx, {
    ...{ kind: 'password_changed', to: email, userId: id, when: hasChanged },
    words: passwordChangedWords(linkTo(ctx, '/login')),
  })

/**
 * Ends every other session, and sign-ins under way. Throws `invalid_fields` for a weak password,
 * `rate_limited`, and `unauthorized` where the session was ended meanwhile: a thief who is thrown
 * out must not set the last word.
 */
export async function changePassword(ctx: Ctx, password: string): Promise<void> {
  const { userId, sessionId } = requireUser(ctx.actor)
  await countTry(ctx, planPasswordLimit(userId))
  const [user] = await ctx.db.select().from(users).where(eq(users.id, userId))
  if (!user) throw new AppError('unauthorized')
  requireStrong(password, user.email)
  const hash = await hashPassword(ctx.config, password)
  const isOurs = isPasswordSet(ctx, userId, hash)
  const [set] = await ctx.db.batch([
    planSetPassword(ctx, { userId, hash, when: isAlive(ctx, sessionId) }),
    record(ctx, 'user.password_changed', { data: { userId }, when: hasChanged }),
    ...(await planPasswordNotice(ctx, user)),
    planSpendLinks(ctx, { userId, kinds: ['reset'], when: isOurs }),
    planEndSignIns(ctx, userId, isOurs),
    planEndSessions(ctx, { userId, reason: 'password', except: sessionId, when: isOurs }),
  ])
  if (set.length === 0) throw new AppError('unauthorized', 'This session has ended.')
}
