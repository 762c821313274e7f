import { eq } from 'drizzle-orm'
import type * as contract from '#contracts/factor.ts'
import type { PasskeyAsk } from '#contracts/factor.ts'
import type { Challenge } from '#contracts/auth.ts'
import { challengeSeconds } from '#contracts/limit.ts'
import type { Input } from '#contracts/endpoint.ts'
import type { UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { callerAddress, countTry } from '../../core/rate-limit.ts'
import { type UserRow, users } from '../user/table.ts'
import {
  type ChallengeRow,
  challengeEnded,
  getChallenge,
  openChallenge,
  takeChallenge,
  tryChallenge,
} from './challenge.ts'
import { readFactors, secondMethods } from './factor.ts'
import { type PasskeyAnswer, askForPasskey, passkeyUnknown, provePasskey } from './passkey-proof.ts'
import { planAddressLimit } from './policy.ts'
import { spendRecoveryCode } from './recovery.ts'
import type { Grant } from './session.ts'
import { finishSignIn } from './sign-in.ts'
import { passwords } from './table.ts'
import { spendTotpCode } from './totp.ts'

/** For somebody whose password was right. Undefined where no second factor is on. */
export async function askSecondStep(ctx: Ctx, userId: UserId): Promise<Challenge | undefined> {
  const methods = secondMethods(await readFactors(ctx, userId))
  if (methods.length === 0) return undefined
  const token = await openChallenge(ctx, { kind: 'second_factor', userId })
  return { challenge: { token, methods, expiresIn: challengeSeconds } }
}

type SecondStep = Input<typeof contract.answerChallenge>['body']

/**
 * Each try counts before it is looked at, and the challenge is spent after it was right: two right
 * answers at once give one session. Throws `challenge_ended`, `code_wrong`, `passkey_unknown`,
 * `suspended`, `rate_limited`.
 */
export async function answerChallenge(
  ctx: Ctx,
  answer: SecondStep,
  request: Request,
): Promise<Grant> {
  const challenge = await tryChallenge(ctx, 'second_factor', answer.token)
  const user = await getChallenged(ctx, challenge)
  await prove(ctx, user, { answer, challenge })
  await takeChallenge(ctx, 'second_factor', answer.token)
  return finishSignIn(ctx, { user, request, how: answer.method })
}

/** A password that was changed meanwhile opened this step for the last time. */
async function getChallenged(ctx: Ctx, { userId, createdAt }: ChallengeRow): Promise<UserRow> {
  if (!userId) throw challengeEnded()
  const [found] = await ctx.db
    .select({ user: users, changedAt: passwords.changedAt })
    .from(users)
    .leftJoin(passwords, eq(passwords.userId, users.id))
    .where(eq(users.id, userId))
  if (!found || (found.changedAt ?? 0) > createdAt) throw challengeEnded()
  return found.user
}

async function prove(
  ctx: Ctx,
  user: UserRow,
  { answer, challenge }: { answer: SecondStep; challenge: ChallengeRow },
): Promise<void> {
  if (answer.method === 'totp') return spendTotpCode(ctx, user.id, answer.code)
  if (answer.method === 'recovery') return spendRecoveryCode(ctx, user, answer.code)
  const asked = { kind: 'passkey_second', userId: user.id, of: challenge.hash } as const
  await provePasskey(ctx, answer.challenge, { ...asked, answer: answer.answer })
}

/** Browsers ask for this whenever the page of sign-in opens, so it has a bucket of its own. */
function countAsk(ctx: Ctx, request: Request): Promise<void> {
  const limit = planAddressLimit('login', callerAddress(request))
  return countTry(ctx, { ...limit, key: `passkey-${limit.key}` })
}

/** As the second step of the sign-in that `token` names, or as the only one. */
export async function askPasskey(
  ctx: Ctx,
  token: string | undefined,
  request: Request,
): Promise<PasskeyAsk> {
  await countAsk(ctx, request)
  if (!token) return askForPasskey(ctx, { kind: 'passkey_login' })
  const { userId, hash } = await getChallenge(ctx, 'second_factor', token)
  if (!userId) throw challengeEnded()
  return askForPasskey(ctx, { kind: 'passkey_second', userId, of: hash })
}

/** Throws `challenge_ended`, `passkey_unknown`, `suspended`, `rate_limited`. */
export async function loginWithPasskey(
  ctx: Ctx,
  { challenge, answer }: { challenge: string; answer: PasskeyAnswer },
  request: Request,
): Promise<Grant> {
  await countTry(ctx, planAddressLimit('login', callerAddress(request)))
  const { userId } = await provePasskey(ctx, challenge, { kind: 'passkey_login', answer })
  const [user] = await ctx.db.select().from(users).where(eq(users.id, userId))
  if (!user) throw passkeyUnknown()
  return finishSignIn(ctx, { user, request, how: 'passkey' })
}
