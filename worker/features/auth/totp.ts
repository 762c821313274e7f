import { and, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import type { UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { countTry, forgetTries } from '../../core/rate-limit.ts'
import { record } from '../../core/record.ts'
import { seal, unseal } from '../../core/seal.ts'
import { totpAddedWords, totpRemovedWords } from './factor-mail-words.ts'
import { getHolder, planNotice } from './notice.ts'
import { planDropRecovery, planRecoveryCodes } from './recovery.ts'
import { totpFactors } from './table.ts'
import { findStep, planCodeLimit, toBase32, toTotpUri, totpSecretBytes } from './totp-policy.ts'

type TotpRow = typeof totpFactors.$inferSelect

const purpose = 'totp'
const codeWrong = () => new AppError('code_wrong', 'The code is wrong or was used already.')
const changed = sql`changes() > 0`

async function findTotp(ctx: Ctx, userId: UserId): Promise<TotpRow | undefined> {
  const [row] = await ctx.db.select().from(totpFactors).where(eq(totpFactors.userId, userId))
  return row
}

async function findStepOf(ctx: Ctx, row: TotpRow, code: string): Promise<number | undefined> {
  const sealed = { purpose, owner: row.userId, sealed: row.sealedSecret }
  return findStep(await unseal(ctx.config.SEAL_SECRET, sealed), code, ctx.now())
}

/** A new secret, which counts once its first code was right. Throws `conflict` where one is on. */
export async function startTotp(ctx: Ctx) {
  const user = await getHolder(ctx)
  const secret = toBase32(crypto.getRandomValues(new Uint8Array(totpSecretBytes)))
  const sealing = { purpose, owner: user.id, text: secret }
  const pending = {
    sealedSecret: await seal(ctx.config.SEAL_SECRET, sealing),
    lastStep: 0,
    createdAt: ctx.now(),
  }
  const [started] = await ctx.db
    .insert(totpFactors)
    .values({ userId: user.id, ...pending })
    .onConflictDoUpdate({
      target: totpFactors.userId,
      set: pending,
      setWhere: isNull(totpFactors.confirmedAt),
    })
    .returning({ userId: totpFactors.userId })
  if (!started) {
    throw new AppError('conflict', 'An authenticator app is on already. Turn it off first.')
  }
  return { secret, uri: toTotpUri(secret, user.email) }
}

/**
 * Turns the pending app on. Answers new recovery codes; none where some are left from a passkey's
 * days. Throws `conflict` where nothing is pending, `code_wrong`, `rate_limited`.
 */
export async function confirmTotp(ctx: Ctx, code: string) {
  const user = await getHolder(ctx)
  const limit = planCodeLimit(user.id)
  await countTry(ctx, limit)
  const row = await findTotp(ctx, user.id)
  if (!row || row.confirmedAt !== null) {
    throw new AppError('conflict', 'There is no authenticator app to confirm. Start again.')
  }
  const step = await findStepOf(ctx, row, code)
  if (step === undefined) throw codeWrong()

  const isPending = and(
    eq(totpFactors.userId, user.id),
    eq(totpFactors.sealedSecret, row.sealedSecret),
    isNull(totpFactors.confirmedAt),
  )
  const { codes, keep } = await planRecoveryCodes(ctx, user.id, changed)
  const words = totpAddedWords
  const notice = await planNotice(ctx, { user, kind: 'factor_added', words, when: changed })
  const [confirmed, ...rest] = await ctx.db.batch([
    ctx.db
      .update(totpFactors)
      .set({ confirmedAt: ctx.now(), lastStep: step })
      .where(isPending)
      .returning({ userId: totpFactors.userId }),
    record(ctx, 'factor.added', { data: { userId: user.id, factor: 'totp' }, when: changed }),
    ...notice,
    keep,
  ])
  if (confirmed.length === 0) throw new AppError('conflict', 'The state has changed. Start again.')
  await forgetTries(ctx, limit.key)
  const kept = rest.at(-1) as unknown[]
  return { recoveryCodes: kept.length > 0 ? codes : [] }
}

/** The recovery codes go too unless a passkey is left. Done also where no app is on. */
export async function removeTotp(ctx: Ctx): Promise<void> {
  const user = await getHolder(ctx)
  const isMine = eq(totpFactors.userId, user.id)
  const words = totpRemovedWords
  const notice = await planNotice(ctx, { user, kind: 'factor_removed', words, when: changed })
  await ctx.db.batch([
    ctx.db.delete(totpFactors).where(and(isMine, isNull(totpFactors.confirmedAt))),
    ctx.db.delete(totpFactors).where(isMine),
    record(ctx, 'factor.removed', { data: { userId: user.id, factor: 'totp' }, when: changed }),
    ...notice,
    planDropRecovery(ctx, user.id),
  ])
}

/**
 * Spends a code of the app that is on. One statement decides, so neither a repeat nor a parallel
 * call gets through with the same code. Throws `code_wrong`, `rate_limited`.
 */
export async function spendTotpCode(ctx: Ctx, userId: UserId, code: string): Promise<void> {
  const limit = planCodeLimit(userId)
  await countTry(ctx, limit)
  const row = await findTotp(ctx, userId)
  if (!row || row.confirmedAt === null) throw codeWrong()
  const step = await findStepOf(ctx, row, code)
  if (step === undefined) throw codeWrong()
  const isFresh = and(
    eq(totpFactors.userId, userId),
    eq(totpFactors.sealedSecret, row.sealedSecret),
    isNotNull(totpFactors.confirmedAt),
    lt(totpFactors.lastStep, step),
  )
  const [spent] = await ctx.db
    .update(totpFactors)
    .set({ lastStep: step })
    .where(isFresh)
    .returning({ step: totpFactors.lastStep })
  if (!spent) throw codeWrong()
  await forgetTries(ctx, limit.key)
}
