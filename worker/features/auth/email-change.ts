import { type SQL, and, eq, gt } from 'drizzle-orm'
import type * as contract from '#contracts/account.ts'
import { emailChangeSeconds } from '#contracts/account.ts'
import type { Answer } from '#contracts/endpoint.ts'
import type { UserId } from '#contracts/id.ts'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { countTry } from '../../core/rate-limit.ts'
import { record } from '../../core/record.ts'
import { linkTo, planMail } from '../mail/service.ts'
import { type UserRow, users } from '../user/table.ts'
import { hasChanged, planLink, planSpendLinks } from './email-link.ts'
import { isAlive } from './end-session.ts'
import { addressInUseWords, arriveWords, leaveWords } from './mail-words.ts'
import { planMailLimit } from './policy.ts'
import { emailChanges } from './table.ts'

type ChangeRow = typeof emailChanges.$inferSelect

const toChange = (row: ChangeRow): contract.EmailChange => ({
  email: row.newEmail,
  isOldConfirmed: row.oldConfirmedAt !== null,
  isNewConfirmed: row.newConfirmedAt !== null,
  endsAt: new Date(row.endsAt).toISOString(),
})

export async function getEmailChange(ctx: Ctx): Promise<Answer<typeof contract.getEmailChange>> {
  const { userId } = requireUser(ctx.actor)
  const [change] = await ctx.db
    .select()
    .from(emailChanges)
    .where(and(eq(emailChanges.userId, userId), gt(emailChanges.endsAt, ctx.now())))
  return { change: change ? toChange(change) : null }
}

/** A statement after which no change of address waits. */
export const planForgetChange = (ctx: Ctx, userId: UserId, when?: SQL) =>
  ctx.db.delete(emailChanges).where(and(eq(emailChanges.userId, userId), when))

export async function cancelEmailChange(ctx: Ctx): Promise<void> {
  const { userId } = requireUser(ctx.actor)
  await ctx.db.batch([
    planSpendLinks(ctx, { userId, kinds: ['change_old', 'change_new'] }),
    planForgetChange(ctx, userId),
  ])
}

/**
 * Mails a link to both addresses; a change that waited before ends. Where the new address has an
 * account, only the mail to it says so. Throws `invalid_fields` for the address that one has,
 * `rate_limited`, `unauthorized` where the session was ended meanwhile.
 */
export async function startEmailChange(ctx: Ctx, newEmail: string): Promise<contract.EmailChange> {
  const { userId, sessionId } = requireUser(ctx.actor)
  const [user] = await ctx.db.select().from(users).where(eq(users.id, userId))
  if (!user) throw new AppError('unauthorized')
  if (user.email === newEmail) {
    const message = 'This is your address already'
    const fields = [{ field: 'email', message }]
    throw new AppError('invalid_fields', `email: ${message}`, { fields })
  }
  await countTry(ctx, planMailLimit('email-change', userId))
  const change: ChangeRow = {
    ...{ userId, sessionId, newEmail, oldConfirmedAt: null, newConfirmedAt: null },
    createdAt: ctx.now(),
    endsAt: ctx.now() + emailChangeSeconds * 1000,
  }
  const mayAsk = isAlive(ctx, sessionId)
  const [, begun] = await ctx.db.batch([
    planSpendLinks(ctx, { userId, kinds: ['change_old', 'change_new'], when: mayAsk }),
    insertWhere(ctx.db, emailChanges, change, mayAsk)
      .onConflictDoUpdate({ target: emailChanges.userId, set: change })
      .returning(),
    record(ctx, 'user.email_change_started', { data: { userId }, when: hasChanged }),
    ...(await planLeaveMail(ctx, user, newEmail)),
    ...(await planArriveMail(ctx, user, newEmail)),
  ])
  if (begun.length === 0) throw new AppError('unauthorized', 'This session has ended.')
  return toChange(change)
}

async function planLeaveMail(ctx: Ctx, { id: userId, email }: UserRow, newEmail: string) {
  const link = { kind: 'change_old', userId, email, when: hasChanged } as const
  const { token, statement } = await planLink(ctx, link)
  const words = leaveWords(linkTo(ctx, `/verify#token=${token}`), newEmail)
  const mail = { kind: 'email_change', to: email, userId, words, when: hasChanged }
  return [statement, ...(await planMail(ctx, mail))] as const
}

/**
 * Nothing but the words depends on whether the address has an account: neither what is kept, nor
 * what the event log or the account's export shows.
 */
async function planArriveMail(ctx: Ctx, { id: userId }: UserRow, email: string) {
  const link = { kind: 'change_new', userId, email, when: hasChanged } as const
  const { token, statement } = await planLink(ctx, link)
  const [holder] = await ctx.db.select().from(users).where(eq(users.email, email))
  const words = holder ? addressInUseWords() : arriveWords(linkTo(ctx, `/verify#token=${token}`))
  const mail = { kind: 'email_change', to: email, words, when: hasChanged }
  return [statement, ...(await planMail(ctx, mail))] as const
}
