import { type SQL, and, eq, gt, inArray, isNull, lte, sql } from 'drizzle-orm'
import { emailChangeSeconds, resetSeconds, verifySeconds } from '#contracts/account.ts'
import type { UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { randomSecret, sha256Hex } from '../../core/secret.ts'
import { type UserRow, users } from '../user/table.ts'
import { emailChanges, emailTokens } from './table.ts'

export type LinkRow = typeof emailTokens.$inferSelect
export type LinkKind = LinkRow['kind']

const lifeSeconds: Record<LinkKind, number> = {
  verify: verifySeconds,
  reset: resetSeconds,
  change_old: emailChangeSeconds,
  change_new: emailChangeSeconds,
}

/** Holds right after a statement of the same batch that changed a row. */
export const hasChanged = sql`changes() > 0`

interface NewLink {
  kind: LinkKind
  userId: UserId
  /** Where it is sent. */
  email: string
  when?: SQL
}

/** `token` is for the mail alone; the statement lets it count. */
export async function planLink(ctx: Ctx, { kind, userId, email, when = sql`true` }: NewLink) {
  const token = randomSecret()
  const row: LinkRow = {
    hash: await sha256Hex(token),
    ...{ kind, userId, email },
    createdAt: ctx.now(),
    endsAt: ctx.now() + lifeSeconds[kind] * 1000,
    usedAt: null,
  }
  return { token, statement: insertWhere(ctx.db, emailTokens, row, when) }
}

export const linkEnded = () =>
  new AppError('link_ended', 'This link has expired or was used. Ask for a new one.')

const isLive = (ctx: Ctx, hash: string) =>
  and(eq(emailTokens.hash, hash), isNull(emailTokens.usedAt), gt(emailTokens.endsAt, ctx.now()))

/**
 * The link and whose it is. Throws `link_ended`, also for a kind that does not do what is asked and
 * for an address that the account has no more.
 */
export async function findLink(
  ctx: Ctx,
  token: string,
  kinds: LinkKind[],
): Promise<{ link: LinkRow; user: UserRow }> {
  const [found] = await ctx.db
    .select({ link: emailTokens, user: users })
    .from(emailTokens)
    .innerJoin(users, eq(users.id, emailTokens.userId))
    .where(and(isLive(ctx, await sha256Hex(token)), inArray(emailTokens.kind, kinds)))
  if (!found) throw linkEnded()
  const isOfAccount = found.link.kind === 'change_new' || found.link.email === found.user.email
  if (!isOfAccount) throw linkEnded()
  return found
}

/** A statement that uses a link up: of parallel ones one answers a row. */
export const planSpendLink = (ctx: Ctx, { hash }: LinkRow) =>
  ctx.db
    .update(emailTokens)
    .set({ usedAt: ctx.now() })
    .where(isLive(ctx, hash))
    .returning({ hash: emailTokens.hash })

interface Spent {
  userId: UserId
  /** All by default. */
  kinds?: LinkKind[]
  when?: SQL | undefined
}

/** A statement after which links that an account was sent before open nothing. */
export const planSpendLinks = (ctx: Ctx, { userId, kinds, when }: Spent) =>
  ctx.db
    .update(emailTokens)
    .set({ usedAt: ctx.now() })
    .where(
      and(
        eq(emailTokens.userId, userId),
        isNull(emailTokens.usedAt),
        kinds && inArray(emailTokens.kind, kinds),
        when,
      ),
    )

export async function forgetOldLinks(ctx: Ctx): Promise<void> {
  await ctx.db.batch([
    ctx.db.delete(emailTokens).where(lte(emailTokens.endsAt, ctx.now())),
    ctx.db.delete(emailChanges).where(lte(emailChanges.endsAt, ctx.now())),
  ])
}
