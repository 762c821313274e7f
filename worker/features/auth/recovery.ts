import { type SQL, and, count, eq, exists, isNotNull, isNull, not, or, sql } from 'drizzle-orm'
import { recoveryCodeCount } from '#contracts/limit.ts'
import type { UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { insertFrom } from '../../core/insert-where.ts'
import { countTry, forgetTries } from '../../core/rate-limit.ts'
import { record } from '../../core/record.ts'
import { sha256Hex } from '../../core/secret.ts'
import type { UserRow } from '../user/table.ts'
import { recoveryRenewedWords, recoveryUsedWords } from './factor-mail-words.ts'
import { getHolder, planNotice } from './notice.ts'
import { newRecoveryCode, readRecoveryCode } from './recovery-code.ts'
import { passkeys, recoveryCodes, totpFactors } from './table.ts'
import { planCodeLimit } from './totp-policy.ts'

/** Recovery codes stand in for a factor, so they need one. */
function isFactorOn(ctx: Ctx, userId: UserId): SQL {
  const { db } = ctx
  const totp = and(eq(totpFactors.userId, userId), isNotNull(totpFactors.confirmedAt))
  return or(
    exists(db.select({ id: totpFactors.userId }).from(totpFactors).where(totp)),
    exists(db.select({ id: passkeys.id }).from(passkeys).where(eq(passkeys.userId, userId))),
  )!
}

const unused = (userId: UserId) =>
  and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt))

export async function countRecoveryCodes(ctx: Ctx, userId: UserId): Promise<number> {
  const [row] = await ctx.db.select({ left: count() }).from(recoveryCodes).where(unused(userId))
  return row?.left ?? 0
}

/** New codes, and a statement that keeps their hashes where `when` holds and none are left. */
export async function planRecoveryCodes(ctx: Ctx, userId: UserId, when: SQL) {
  const codes = Array.from({ length: recoveryCodeCount }, newRecoveryCode)
  const hashes = await Promise.all(codes.map((code) => sha256Hex(readRecoveryCode(code))))
  const left = ctx.db.select({ hash: recoveryCodes.hash }).from(recoveryCodes).where(unused(userId))
  const row = { userId, hash: sql`value`, createdAt: ctx.now() }
  const tail = sql`from json_each(${JSON.stringify(hashes)}) where ${when} and not exists ${left}`
  const keep = insertFrom(ctx.db, recoveryCodes, row, tail).returning({ hash: recoveryCodes.hash })
  return { codes, keep }
}

/** A statement that lets the codes go with the last factor. */
export const planDropRecovery = (ctx: Ctx, userId: UserId) =>
  ctx.db
    .delete(recoveryCodes)
    .where(and(eq(recoveryCodes.userId, userId), not(isFactorOn(ctx, userId))))

/** Throws `conflict` where no factor is on. */
export async function renewRecoveryCodes(ctx: Ctx) {
  const user = await getHolder(ctx)
  const { codes, keep } = await planRecoveryCodes(ctx, user.id, isFactorOn(ctx, user.id))
  const when = sql`changes() > 0`
  const words = recoveryRenewedWords
  const notice = await planNotice(ctx, { user, kind: 'recovery_renewed', words, when })
  const [, kept] = await ctx.db.batch([
    ctx.db.delete(recoveryCodes).where(eq(recoveryCodes.userId, user.id)),
    keep,
    record(ctx, 'factor.recovery_renewed', { data: { userId: user.id }, when }),
    ...notice,
  ])
  if (kept.length === 0) {
    throw new AppError('conflict', 'Turn on an authenticator app or add a passkey first.')
  }
  return { recoveryCodes: codes }
}

/** Spends a code; one of parallel calls with it goes on. Throws `code_wrong`, `rate_limited`. */
export async function spendRecoveryCode(ctx: Ctx, user: UserRow, typed: string): Promise<void> {
  const limit = planCodeLimit(user.id)
  await countTry(ctx, limit)
  const hash = await sha256Hex(readRecoveryCode(typed))
  const left = (await countRecoveryCodes(ctx, user.id)) - 1
  const when = sql`changes() > 0`
  const words = recoveryUsedWords(left)
  const notice = await planNotice(ctx, { user, kind: 'recovery_used', words, when })
  const [spent] = await ctx.db.batch([
    ctx.db
      .update(recoveryCodes)
      .set({ usedAt: ctx.now() })
      .where(and(unused(user.id), eq(recoveryCodes.hash, hash)))
      .returning({ hash: recoveryCodes.hash }),
    record(ctx, 'factor.recovery_used', {
      actorId: user.id,
      data: { userId: user.id, left },
      when,
    }),
    ...notice,
  ])
  if (spent.length === 0) throw new AppError('code_wrong', 'The code is wrong or was used already.')
  await forgetTries(ctx, limit.key)
}
