import { and, asc, eq, exists, ne, or, sql } from 'drizzle-orm'
import type { Passkey } from '#contracts/factor.ts'
import type { PasskeyId, UserId } from '#contracts/id.ts'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError, notFound } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import { outsideIdentities } from '../outside/table.ts'
import { passkeyRemovedWords } from './factor-mail-words.ts'
import { getHolder, planNotice } from './notice.ts'
import { planDropRecovery } from './recovery.ts'
import { passkeys, passwords } from './table.ts'

export type PasskeyRow = typeof passkeys.$inferSelect

export const toPasskey = (row: PasskeyRow): Passkey => ({
  id: row.id,
  name: row.name,
  isSynced: row.isSynced,
  createdAt: new Date(row.createdAt).toISOString(),
  lastUsedAt: row.lastUsedAt === null ? null : new Date(row.lastUsedAt).toISOString(),
})

/** All of an account, the oldest first; there are few. */
export const listPasskeys = (ctx: Ctx, userId: UserId): Promise<PasskeyRow[]> =>
  ctx.db.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(asc(passkeys.id))

const isMine = (userId: UserId, id: PasskeyId) =>
  and(eq(passkeys.id, id), eq(passkeys.userId, userId))

/** Throws `not_found`, also for other people's. */
export async function renamePasskey(ctx: Ctx, id: PasskeyId, name: string): Promise<Passkey> {
  const { userId } = requireUser(ctx.actor)
  const [renamed] = await ctx.db
    .update(passkeys)
    .set({ name })
    .where(isMine(userId, id))
    .returning()
  if (!renamed) throw notFound('passkey')
  return toPasskey(renamed)
}

/** Is there another way in than this passkey? Asked in the statement that removes it. */
function hasOtherWay(ctx: Ctx, userId: UserId, id: PasskeyId) {
  const { db } = ctx
  const others = and(eq(passkeys.userId, userId), ne(passkeys.id, id))
  const ofUser = eq(outsideIdentities.userId, userId)
  return or(
    exists(db.select({ id: passwords.userId }).from(passwords).where(eq(passwords.userId, userId))),
    exists(db.select({ id: passkeys.id }).from(passkeys).where(others)),
    exists(db.select({ id: outsideIdentities.userId }).from(outsideIdentities).where(ofUser)),
  )
}

/**
 * The recovery codes go with the last factor. Throws `not_found`; `last_factor` where nothing else
 * would open the account.
 */
export async function removePasskey(ctx: Ctx, id: PasskeyId): Promise<void> {
  const user = await getHolder(ctx)
  const read = ctx.db.select().from(passkeys).where(isMine(user.id, id))
  const [passkey] = await read
  if (!passkey) throw notFound('passkey')
  const when = sql`changes() > 0`
  const words = passkeyRemovedWords(passkey.name)
  const notice = await planNotice(ctx, { user, kind: 'factor_removed', words, when })
  const data = { userId: user.id, factor: 'passkey', passkeyId: id }
  const [removed] = await ctx.db.batch([
    ctx.db
      .delete(passkeys)
      .where(and(isMine(user.id, id), hasOtherWay(ctx, user.id, id)))
      .returning({ id: passkeys.id }),
    record(ctx, 'factor.removed', { data, when }),
    ...notice,
    planDropRecovery(ctx, user.id),
  ])
  if (removed.length > 0) return
  // Whoever was a moment late finds it gone.
  if ((await read).length === 0) throw notFound('passkey')
  throw new AppError(
    'last_factor',
    'This passkey is your only way in. Set a password or add another passkey first.',
  )
}
