import { and, eq, isNotNull } from 'drizzle-orm'
import { stepUpSeconds } from '#contracts/account.ts'
import { type Factors } from '#contracts/factor.ts'
import type { UserId } from '#contracts/id.ts'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import type { Config } from '../../env.ts'
import { outsideIdentities } from '../outside/table.ts'
import { listPasskeys, toPasskey } from './passkey.ts'
import { countRecoveryCodes } from './recovery.ts'
import { passwords, totpFactors } from './table.ts'

/** How an account can be entered. A pending authenticator app is none yet. */
export async function readFactors(ctx: Ctx, userId: UserId) {
  const isOn = and(eq(totpFactors.userId, userId), isNotNull(totpFactors.confirmedAt))
  const [[totp], [password], keys, recoveryCodesLeft] = await Promise.all([
    ctx.db.select().from(totpFactors).where(isOn),
    ctx.db.select().from(passwords).where(eq(passwords.userId, userId)),
    listPasskeys(ctx, userId),
    countRecoveryCodes(ctx, userId),
  ])
  return { totp, password, passkeys: keys, recoveryCodesLeft }
}
export type OwnFactors = Awaited<ReturnType<typeof readFactors>>

/** Empty: a password alone signs in. */
export function secondMethods({ totp, passkeys, recoveryCodesLeft }: OwnFactors) {
  const methods: ('totp' | 'recovery' | 'passkey')[] = []
  if (totp) methods.push('totp')
  if (passkeys.length > 0) methods.push('passkey')
  if (methods.length > 0 && recoveryCodesLeft > 0) methods.push('recovery')
  return methods
}

/** Of each service that vouches for people here, its name by its id. */
const providerNames = (config: Config): Map<string, string> =>
  new Map(config.OIDC_PROVIDERS.map(({ id, name }) => [id, name]))

export async function getFactors(ctx: Ctx): Promise<Factors> {
  const { userId, confirmedAt } = requireUser(ctx.actor)
  const isMine = eq(outsideIdentities.userId, userId)
  const [own, outside] = await Promise.all([
    readFactors(ctx, userId),
    ctx.db.select().from(outsideIdentities).where(isMine).orderBy(outsideIdentities.createdAt),
  ])
  const names = providerNames(ctx.config)
  return {
    hasPassword: own.password !== undefined,
    totp: own.totp ? { createdAt: new Date(own.totp.createdAt).toISOString() } : null,
    recoveryCodesLeft: own.recoveryCodesLeft,
    passkeys: own.passkeys.map(toPasskey),
    outside: outside.map(({ provider, email, createdAt }) => ({
      provider,
      name: names.get(provider) ?? provider,
      email,
      createdAt: new Date(createdAt).toISOString(),
    })),
    isConfirmed: ctx.now() - confirmedAt <= stepUpSeconds * 1000,
  }
}
