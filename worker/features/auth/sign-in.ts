import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import type { UserRow } from '../user/table.ts'
import { planSignInNotice } from './new-device.ts'
import { type Grant, planSession } from './session.ts'

/** What proved who signs in. */
export type SignInMethod = 'password' | 'totp' | 'recovery' | 'passkey' | 'outside'

interface SignIn {
  user: UserRow
  request: Request
  how: SignInMethod
}

/** The session of somebody who has proved all that is asked of them. Throws `suspended`. */
export async function finishSignIn(ctx: Ctx, { user, request, how }: SignIn): Promise<Grant> {
  if (user.suspendedAt !== null) {
    throw new AppError('suspended', 'This account has been suspended.')
  }
  const { grant, statements } = await planSession(ctx, user, request)
  const notice = await planSignInNotice(ctx, user, request)
  await ctx.db.batch([
    ...statements,
    record(ctx, 'session.started', {
      actorId: user.id,
      data: { userId: user.id, sessionId: grant.sessionId, how },
    }),
    ...notice,
  ])
  return grant
}
