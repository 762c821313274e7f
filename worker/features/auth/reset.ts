import { type SQL, and, eq, exists, isNull } from 'drizzle-orm'
import type * as contract from '#contracts/account.ts'
import type { Input } from '#contracts/endpoint.ts'
import type { UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { type Limit, callerAddress, countTry, forgetTries } from '../../core/rate-limit.ts'
import { nudgeListeners, record } from '../../core/record.ts'
import { linkTo, planMail } from '../mail/service.ts'
import { planVerifyEmail } from '../user/email.ts'
import { users } from '../user/table.ts'
import { planForgetChange } from './email-change.ts'
import {
  findLink,
  hasChanged,
  linkEnded,
  planLink,
  planSpendLink,
  planSpendLinks,
} from './email-link.ts'
import { planEndSessions, planEndSignIns } from './end-session.ts'
import { resetWords } from './mail-words.ts'
import { hashPassword } from './password.ts'
import { planAccountLimit, planAddressLimit, planForgotLimit } from './policy.ts'
import { isPasswordSet, planPasswordNotice, planSetPassword } from './set-password.ts'
import { passkeys } from './table.ts'
import { requireStrong } from './weak-password.ts'

/**
 * Whether there is an account shows neither in the answer nor in its time: all that depends on it
 * comes after the answer. Throws `rate_limited` for the caller alone, never for the account.
 */
export async function forgotPassword(ctx: Ctx, email: string, request: Request): Promise<void> {
  await countTry(ctx, planAddressLimit('forgot', callerAddress(request)))
  ctx.defer(sendReset(ctx, email))
}

async function sendReset(ctx: Ctx, email: string): Promise<void> {
  if (!(await isWithin(ctx, planForgotLimit(email)))) return
  const [user] = await ctx.db.select().from(users).where(eq(users.email, email))
  if (!user) return
  const userId = user.id
  const { token, statement } = await planLink(ctx, { kind: 'reset', userId, email })
  const words = resetWords(linkTo(ctx, `/reset#token=${token}`))
  const mail = await planMail(ctx, { kind: 'reset', to: email, userId, words })
  await ctx.db.batch([statement, ...mail])
  nudgeListeners(ctx) // the request that asked has ended
}

/** Counts a try where a refusal must not show. */
const isWithin = (ctx: Ctx, limit: Limit): Promise<boolean> =>
  countTry(ctx, limit).then(
    () => true,
    (error: unknown) => {
      if (error instanceof AppError && error.code === 'rate_limited') return false
      throw error
    },
  )

/**
 * A statement for before the address is confirmed: until then anybody may have opened the account,
 * and a passkey of theirs would open it for ever.
 */
const planForgetUnproved = (ctx: Ctx, userId: UserId, when: SQL) =>
  ctx.db.delete(passkeys).where(
    and(
      eq(passkeys.userId, userId),
      exists(
        ctx.db
          .select({ id: users.id })
          .from(users)
          .where(and(eq(users.id, userId), isNull(users.emailVerifiedAt))),
      ),
      when,
    ),
  )

type Reset = Input<typeof contract.resetPassword>['body']

/**
 * The mail proved the address, so that is confirmed too; everything that was open before ends.
 * Second factors stay, and so do passkeys unless the address was never confirmed before. Throws
 * `link_ended`, `invalid_fields` for a weak password and leaves the link good, `rate_limited`.
 */
export async function resetPassword(ctx: Ctx, reset: Reset, request: Request): Promise<void> {
  await countTry(ctx, planAddressLimit('reset', callerAddress(request)))
  const { link, user } = await findLink(ctx, reset.token, ['reset'])
  requireStrong(reset.password, user.email)
  const hash = await hashPassword(ctx.config, reset.password)
  const { id: userId, email } = user
  const isOurs = isPasswordSet(ctx, userId, hash)
  const fact = { actorId: userId, data: { userId }, when: hasChanged }
  const [spent] = await ctx.db.batch([
    planSpendLink(ctx, link),
    planSetPassword(ctx, { userId, hash, when: hasChanged }),
    record(ctx, 'user.password_reset', fact),
    ...(await planPasswordNotice(ctx, user)),
    planForgetUnproved(ctx, userId, isOurs),
    planVerifyEmail(ctx, { userId, email, when: isOurs }),
    record(ctx, 'user.verified', fact),
    planSpendLinks(ctx, { userId, when: isOurs }),
    planForgetChange(ctx, userId, isOurs),
    planEndSignIns(ctx, userId, isOurs),
    planEndSessions(ctx, { userId, reason: 'password', when: isOurs }),
  ])
  if (spent.length === 0) throw linkEnded()
  await forgetTries(ctx, planAccountLimit(email).key)
}
