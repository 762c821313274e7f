import { eq } from 'drizzle-orm'
import type * as contract from '#contracts/auth.ts'
import type { Input } from '#contracts/endpoint.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { callerAddress, countTry, forgetTries } from '../../core/rate-limit.ts'
import { type UserRow, users } from '../user/table.ts'
import { checkPassword, hashPassword } from './password.ts'
import { planAccountLimit, planAddressLimit } from './policy.ts'
import { askSecondStep } from './second-step.ts'
import type { Grant } from './session.ts'
import { finishSignIn } from './sign-in.ts'
import { passwords } from './table.ts'

type SignIn = Input<typeof contract.login>['body']

/**
 * Tries are counted before the password is looked at, so parallel guesses count too. Answers a
 * challenge where a second factor is on. Throws `invalid_credentials`, the same and as slowly for
 * unknown accounts; `suspended`, `rate_limited`.
 */
export async function login(
  ctx: Ctx,
  signIn: SignIn,
  request: Request,
): Promise<Grant | contract.Challenge> {
  const accountLimit = planAccountLimit(signIn.email)
  await countTry(ctx, planAddressLimit('login', callerAddress(request)))
  await countTry(ctx, accountLimit)
  const [found] = await ctx.db
    .select({ user: users, hash: passwords.hash })
    .from(users)
    .innerJoin(passwords, eq(passwords.userId, users.id))
    .where(eq(users.email, signIn.email))
  const { isRight, isOutdated } = await checkPassword(ctx.config, signIn.password, found?.hash)
  if (!found || !isRight) {
    ctx.log.warn('wrong password', { userId: found?.user.id })
    throw new AppError('invalid_credentials')
  }

  await forgetTries(ctx, accountLimit.key)
  if (isOutdated) ctx.defer(renewHash(ctx, found.user, signIn.password, found.hash))
  const challenge = await askSecondStep(ctx, found.user.id)
  return challenge ?? finishSignIn(ctx, { user: found.user, request, how: 'password' })
}

/** Only over the hash that was checked: a password changed meanwhile stays. */
async function renewHash(ctx: Ctx, user: UserRow, password: string, old: string): Promise<void> {
  const hash = await hashPassword(ctx.config, password)
  await ctx.db.update(passwords).set({ hash }).where(eq(passwords.hash, old))
  ctx.log.info('password hash renewed', { userId: user.id })
}
