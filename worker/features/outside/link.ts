import { and, eq, exists, gt, gte, isNull, or, sql } from 'drizzle-orm'
import { stepUpSeconds } from '#contracts/account.ts'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError, notFound } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import type { ChallengeRow } from '../auth/challenge.ts'
import { passkeys, passwords, sessions } from '../auth/table.ts'
import { isTaken } from '../../core/refuse.ts'
import { linkTo, planMail } from '../mail/service.ts'
import { users } from '../user/table.ts'
import { linkedWords } from './mail-words.ts'
import { type Outcome, securityPath } from './policy.ts'
import type { Vouched } from './redeem.ts'
import { outsideIdentities } from './table.ts'

/** The session that began, as long as it is alive and was confirmed when it began. */
const askingSession = (ctx: Ctx, begun: ChallengeRow) =>
  and(
    eq(sessions.id, sql`${begun.sessionId}`),
    eq(sessions.userId, sql`${begun.userId}`),
    isNull(sessions.endedAt),
    gt(sessions.endsAt, ctx.now()),
    gte(sessions.confirmedAt, begun.createdAt - stepUpSeconds * 1000),
  )

/** Links for who began it, in the session in which they did. A repeat finds it linked. */
export async function link(
  ctx: Ctx,
  begun: ChallengeRow,
  vouched: Vouched,
): Promise<Outcome | 'linked'> {
  const { provider, subject, email } = vouched
  const [found] = await ctx.db
    .select({ user: users })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(askingSession(ctx, begun), isNull(users.suspendedAt)))
  if (!found) return 'ended'
  const { user } = found
  const held = await findHeld(ctx, vouched, user.id)
  if (held) return held

  const by = { actorId: user.id, data: { userId: user.id, provider: provider.id } }
  const url = linkTo(ctx, securityPath)
  const words = linkedWords({ service: provider.name, email, url })
  const mail = { kind: 'outside_linked', to: user.email, userId: user.id, words }
  // No user where the session has ended meanwhile: the column refuses that, and the batch with it.
  const asking = sql`(select ${sessions.userId} from ${sessions} where ${askingSession(ctx, begun)})`
  const row = { provider: provider.id, subject, email, createdAt: ctx.now() }
  try {
    await ctx.db.batch([
      ctx.db.insert(outsideIdentities).values({ ...row, userId: asking }),
      record(ctx, 'outside.linked', by),
      ...(await planMail(ctx, mail)),
    ])
    return 'linked'
  } catch (cause) {
    if (isTaken(cause, 'outside_identities.provider')) {
      return (await findHeld(ctx, vouched, user.id)) ?? 'failed'
    }
    if (String(cause instanceof Error ? (cause.cause ?? cause) : cause).includes('NOT NULL')) {
      return 'ended'
    }
    throw cause
  }
}

/** What is linked already stands in the way, or is the very link that is wanted. */
async function findHeld(
  ctx: Ctx,
  { provider, subject }: Vouched,
  userId: string,
): Promise<'linked' | 'taken' | 'already' | undefined> {
  const { provider: name, subject: sub, userId: holder } = outsideIdentities
  const rows = await ctx.db
    .select()
    .from(outsideIdentities)
    .where(and(eq(name, provider.id), or(eq(sub, subject), eq(holder, sql`${userId}`))))
  const same = rows.find((row) => row.subject === subject)
  if (same) return same.userId === userId ? 'linked' : 'taken'
  return rows.length > 0 ? 'already' : undefined
}

/**
 * Throws `not_found`; `last_factor` where neither password nor passkey nor another service that is
 * still configured is left. One statement decides, so two unlinked at once leave one.
 */
export async function unlinkOutside(ctx: Ctx, provider: string): Promise<void> {
  const { db } = ctx
  const { userId } = requireUser(ctx.actor)
  const mine = and(eq(outsideIdentities.userId, userId), eq(outsideIdentities.provider, provider))
  const others = ctx.config.OIDC_PROVIDERS.map(({ id }) => id).filter((id) => id !== provider)
  const otherLink = sql`exists (select 1 from outside_identities other where other.user_id = ${userId}
    and other.provider in (select value from json_each(${JSON.stringify(others)})))`
  const isLeft = or(
    exists(
      db
        .select({ one: sql`1` })
        .from(passwords)
        .where(eq(passwords.userId, userId)),
    ),
    exists(
      db
        .select({ one: sql`1` })
        .from(passkeys)
        .where(eq(passkeys.userId, userId)),
    ),
    otherLink,
  )
  const data = { userId, provider }
  const [removed] = await db.batch([
    db.delete(outsideIdentities).where(and(mine, isLeft)).returning(),
    record(ctx, 'outside.unlinked', { data, when: sql`changes() > 0` }),
  ])
  if (removed.length > 0) return
  const [left] = await db.select().from(outsideIdentities).where(mine)
  if (!left) throw notFound('link')
  throw new AppError(
    'last_factor',
    'Set a password or add a passkey first: this is your only way in.',
  )
}
