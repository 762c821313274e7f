import type * as contract from '#contracts/auth.ts'
import type { Input } from '#contracts/endpoint.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { callerAddress, countTry } from '../../core/rate-limit.ts'
import { record } from '../../core/record.ts'
import { isTaken } from '../../core/refuse.ts'
import { insertUser } from '../user/service.ts'
import type { UserRow } from '../user/table.ts'
import { insertWorkspace } from '../workspace/service.ts'
import { withFreeHandle } from './new-account.ts'
import { hashPassword } from './password.ts'
import { planAddressLimit } from './policy.ts'
import { type Grant, planSession } from './session.ts'
import { passwords } from './table.ts'
import { planVerification } from './verify.ts'
import { requireStrong } from './weak-password.ts'

type SignUp = Input<typeof contract.register>['body']

/**
 * Account, workspace, first session and the mail that confirms the address in one batch: all of it
 * or nothing. Throws `email_taken`, `invalid_fields` for a weak password, `rate_limited`.
 */
export async function register(ctx: Ctx, signUp: SignUp, request: Request): Promise<Grant> {
  await countTry(ctx, planAddressLimit('register', callerAddress(request)))
  const { email, displayName } = signUp
  requireStrong(signUp.password, email)
  const user: UserRow = {
    ...{ id: ctx.id('user'), email, displayName, createdAt: ctx.now() },
    ...{ emailVerifiedAt: null, bio: '', avatar: null, suspendedAt: null, suspendedFor: null },
  }
  const workspaceId = ctx.id('workspace')
  const hash = await hashPassword(ctx.config, signUp.password)
  const { grant, statements } = await planSession(ctx, user, request)
  const verification = await planVerification(ctx, user)

  const write = (handle: string) =>
    ctx.db.batch([
      insertUser(ctx, user),
      ctx.db.insert(passwords).values({ userId: user.id, hash, changedAt: ctx.now() }),
      ...insertWorkspace(ctx, { id: workspaceId, handle, name: displayName, ownerId: user.id }),
      ...statements,
      ...verification,
      record(ctx, 'user.registered', { workspaceId, data: { userId: user.id } }),
    ])
  try {
    await withFreeHandle(displayName, write)
    return grant
  } catch (cause) {
    if (isTaken(cause, 'users.email')) throw new AppError('email_taken', undefined, { cause })
    throw cause
  }
}
