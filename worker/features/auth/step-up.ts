import { and, eq, isNull } from 'drizzle-orm'
import type * as contract from '#contracts/factor.ts'
import type { PasskeyAsk } from '#contracts/factor.ts'
import type { Input } from '#contracts/endpoint.ts'
import type { UserId } from '#contracts/id.ts'
import { type UserActor, requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { type Limit, countTry, forgetTries } from '../../core/rate-limit.ts'
import { type OwnFactors, readFactors } from './factor.ts'
import { askForPasskey, provePasskey } from './passkey-proof.ts'
import { checkPassword } from './password.ts'
import { sessions } from './table.ts'
import { spendTotpCode } from './totp.ts'

const quarterMs = 15 * 60_000

/** Given back after a right password, as at sign-in. */
const planPasswordLimit = (userId: UserId): Limit => ({
  key: `step-up:${userId}`,
  max: 10,
  windowMs: quarterMs,
})
const planAskLimit = (userId: UserId): Limit => ({
  key: `step-up-ask:${userId}`,
  max: 60,
  windowMs: quarterMs,
})

/** Only the session that asks may answer. Throws `rate_limited`. */
export async function askStepUpPasskey(ctx: Ctx): Promise<PasskeyAsk> {
  const { userId, sessionId } = requireUser(ctx.actor)
  await countTry(ctx, planAskLimit(userId))
  return askForPasskey(ctx, { kind: 'passkey_step_up', userId, sessionId })
}

type StepUp = Input<typeof contract.stepUp>['body']

/**
 * Confirms this session alone. Throws `invalid_credentials`, `code_wrong`, `challenge_ended`,
 * `passkey_unknown`, `rate_limited`.
 */
export async function stepUp(ctx: Ctx, proof: StepUp): Promise<void> {
  const { userId, sessionId } = requireUser(ctx.actor)
  await prove(ctx, requireUser(ctx.actor), proof)
  await ctx.db
    .update(sessions)
    .set({ confirmedAt: ctx.now() })
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId), isNull(sessions.endedAt)))
}

async function prove(ctx: Ctx, { userId, sessionId }: UserActor, proof: StepUp): Promise<void> {
  const own = await readFactors(ctx, userId)
  if (!own.password && !own.totp && own.passkeys.length === 0) {
    throw new AppError(
      'invalid_credentials',
      'Your account has nothing to confirm with here. Sign out and in again: that counts.',
    )
  }
  if (proof.method === 'password') return provePassword(ctx, own, { userId, ...proof })
  if (proof.method === 'totp') return spendTotpCode(ctx, userId, proof.code)
  const { challenge, answer } = proof
  await provePasskey(ctx, challenge, { kind: 'passkey_step_up', userId, sessionId, answer })
}

interface PasswordProof {
  userId: UserId
  password: string
  code?: string | undefined
}

/** With an authenticator app on, whoever saw the password typed is not enough. */
async function provePassword(
  ctx: Ctx,
  { password, totp }: OwnFactors,
  proof: PasswordProof,
): Promise<void> {
  if (totp && !proof.code) {
    throw new AppError('code_wrong', 'Enter the code of your authenticator app, too.')
  }
  const limit = planPasswordLimit(proof.userId)
  await countTry(ctx, limit)
  const { isRight } = await checkPassword(ctx.config, proof.password, password?.hash)
  if (!isRight) throw new AppError('invalid_credentials', 'The password is wrong.')
  await forgetTries(ctx, limit.key)
  if (totp) await spendTotpCode(ctx, proof.userId, proof.code ?? '')
}
