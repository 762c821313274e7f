import type { Ctx } from '../../core/context.ts'
import { callerAddress, countTry } from '../../core/rate-limit.ts'
import { record } from '../../core/record.ts'
import { withFreeHandle } from '../auth/new-account.ts'
import { planAddressLimit } from '../auth/policy.ts'
import { isTaken } from '../../core/refuse.ts'
import { insertUser } from '../user/service.ts'
import type { UserRow } from '../user/table.ts'
import { insertWorkspace } from '../workspace/service.ts'
import type { Vouched } from './redeem.ts'
import { outsideIdentities } from './table.ts'

/**
 * An account without a password, its address verified by the other service, in one batch. Answers
 * `exists` where the address has an account, `linked` where this very person has one by now. Throws
 * `rate_limited`.
 */
export async function signUp(
  ctx: Ctx,
  { provider, subject, email, displayName }: Vouched,
  request: Request,
): Promise<UserRow | 'exists' | 'linked'> {
  await countTry(ctx, planAddressLimit('register', callerAddress(request)))
  const now = ctx.now()
  const user: UserRow = {
    ...{ id: ctx.id('user'), email, displayName, createdAt: now },
    ...{ emailVerifiedAt: now, bio: '', avatar: null, suspendedAt: null, suspendedFor: null },
  }
  const workspaceId = ctx.id('workspace')
  const by = { actorId: user.id, data: { userId: user.id, provider: provider.id } }
  const link = { provider: provider.id, subject, userId: user.id, email, createdAt: now }

  const write = (handle: string) =>
    ctx.db.batch([
      ctx.db.insert(outsideIdentities).values(link),
      insertUser(ctx, user),
      ...insertWorkspace(ctx, { id: workspaceId, handle, name: displayName, ownerId: user.id }),
      record(ctx, 'user.registered', { workspaceId, ...by }),
      record(ctx, 'user.verified', by),
      record(ctx, 'outside.linked', by),
    ])
  try {
    await withFreeHandle(displayName, write)
    return user
  } catch (cause) {
    if (isTaken(cause, 'outside_identities.provider')) return 'linked'
    if (isTaken(cause, 'users.email')) return 'exists'
    throw cause
  }
}
