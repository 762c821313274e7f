import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Challenge } from '#contracts/auth.ts'
import type { UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { openChallenge } from '../auth/challenge.ts'
import type { Grant } from '../auth/session.ts'
import { finishSignIn } from '../auth/sign-in.ts'
import { passkeys, recoveryCodes, totpFactors } from '../auth/table.ts'
import { type UserRow, users } from '../user/table.ts'
import type { Outcome } from './policy.ts'
import type { Vouched } from './redeem.ts'
import { signUp } from './sign-up.ts'
import { outsideIdentities } from './table.ts'

type Method = Challenge['challenge']['methods'][number]

/** A session, or what it still lacks. */
export type Entry = { grant: Grant } | { token: string; methods: Method[] }

const thisOne = ({ provider, subject }: Vouched) =>
  and(eq(outsideIdentities.provider, provider.id), eq(outsideIdentities.subject, subject))

/** Signs in by a linked account, or makes one where the address is vouched for and new here. */
export async function enter(
  ctx: Ctx,
  vouched: Vouched,
  request: Request,
): Promise<Entry | Outcome> {
  const user = await findHolder(ctx, vouched)
  if (user) return enterAs(ctx, { user, vouched, request })
  if (!vouched.isVerified) return 'unverified'
  const made = await signUp(ctx, vouched, request)
  // Another tab was first with the same account of that service.
  const holder = made === 'linked' ? await findHolder(ctx, vouched) : made
  if (!holder || holder === 'exists') return 'exists'
  return enterAs(ctx, { user: holder, vouched, request })
}

async function findHolder(ctx: Ctx, vouched: Vouched): Promise<UserRow | undefined> {
  const [found] = await ctx.db
    .select({ user: users })
    .from(outsideIdentities)
    .innerJoin(users, eq(users.id, outsideIdentities.userId))
    .where(thisOne(vouched))
  return found?.user
}

/** The other service stands for the password, never for a second factor that is kept here. */
async function enterAs(
  ctx: Ctx,
  { user, vouched, request }: { user: UserRow; vouched: Vouched; request: Request },
): Promise<Entry | Outcome> {
  if (user.suspendedAt !== null) return 'suspended'
  const seen = ctx.db.update(outsideIdentities).set({ lastUsedAt: ctx.now() })
  ctx.defer(seen.where(thisOne(vouched)).run())
  const methods = await listMethods(ctx, user.id)
  if (methods.length === 0)
    return { grant: await finishSignIn(ctx, { user, request, how: 'outside' }) }
  return { token: await openChallenge(ctx, { kind: 'second_factor', userId: user.id }), methods }
}

/** Empty where the account has no second factor: recovery codes alone are none. */
async function listMethods(ctx: Ctx, userId: UserId): Promise<Method[]> {
  const isMine = eq(totpFactors.userId, userId)
  const unused = and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt))
  const [totp, keys, codes] = await ctx.db.batch([
    ctx.db
      .select({ one: sql`1` })
      .from(totpFactors)
      .where(and(isMine, isNotNull(totpFactors.confirmedAt))),
    ctx.db
      .select({ one: sql`1` })
      .from(passkeys)
      .where(eq(passkeys.userId, userId))
      .limit(1),
    ctx.db
      .select({ one: sql`1` })
      .from(recoveryCodes)
      .where(unused)
      .limit(1),
  ])
  if (totp.length + keys.length === 0) return []
  return [
    ...(totp.length > 0 ? (['totp'] as const) : []),
    ...(keys.length > 0 ? (['passkey'] as const) : []),
    ...(codes.length > 0 ? (['recovery'] as const) : []),
  ]
}
