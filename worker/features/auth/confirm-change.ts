import { type SQL, and, eq, exists, gt, isNotNull, sql } from 'drizzle-orm'
import type { UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import { linkTo, planMail } from '../mail/service.ts'
import { planMoveEmail } from '../user/email.ts'
import { type UserRow, users } from '../user/table.ts'
import { planForgetChange } from './email-change.ts'
import { type LinkRow, hasChanged, linkEnded, planSpendLink, planSpendLinks } from './email-link.ts'
import { planEndSessions } from './end-session.ts'
import { arrivedWords, leftWords } from './mail-words.ts'
import { emailChanges } from './table.ts'
import { isTaken } from '../../core/refuse.ts'

/**
 * Confirms one side, and makes the change where both have: all in one batch, so of parallel calls
 * the later one finds both. Throws `link_ended`; `email_taken` where somebody else has got the
 * address meanwhile, and leaves everything as it was.
 */
export async function confirmChange(
  ctx: Ctx,
  link: LinkRow,
  user: UserRow,
): Promise<'waiting' | 'changed'> {
  const { userId } = link
  const [change] = await ctx.db.select().from(emailChanges).where(eq(emailChanges.userId, userId))
  if (!change) throw linkEnded()
  const { newEmail, sessionId } = change
  const isMade = hasMoved(ctx, userId)
  const move = { from: user.email, to: newEmail }
  const statements = [
    planSpendLink(ctx, link),
    planConfirmSide(ctx, link, newEmail),
    planMoveEmail(ctx, { userId, ...move, when: areBothConfirmed(ctx, userId, newEmail) }),
    record(ctx, 'user.email_changed', { actorId: userId, data: { userId }, when: hasChanged }),
    ...(await planNotices(ctx, userId, move)),
    planSpendLinks(ctx, { userId, when: isMade }),
    planEndSessions(ctx, { userId, reason: 'email', except: sessionId, when: isMade }),
    planForgetChange(ctx, userId, isMade),
  ] as const
  try {
    const [, confirmed, moved] = await ctx.db.batch(statements)
    if (confirmed.length === 0) throw linkEnded()
    return moved.length > 0 ? 'changed' : 'waiting'
  } catch (cause) {
    if (isTaken(cause, 'users.email')) throw new AppError('email_taken', undefined, { cause })
    throw cause
  }
}

/** Right after the link was spent. */
function planConfirmSide(ctx: Ctx, { kind, userId }: LinkRow, newEmail: string) {
  const side = kind === 'change_old' ? { oldConfirmedAt: ctx.now() } : { newConfirmedAt: ctx.now() }
  return ctx.db
    .update(emailChanges)
    .set(side)
    .where(
      and(
        eq(emailChanges.userId, userId),
        eq(emailChanges.newEmail, newEmail),
        gt(emailChanges.endsAt, ctx.now()),
        hasChanged,
      ),
    )
    .returning({ userId: emailChanges.userId })
}

/** Right after one side was confirmed. */
function areBothConfirmed(ctx: Ctx, userId: UserId, newEmail: string): SQL {
  const waiting = and(
    eq(emailChanges.userId, userId),
    eq(emailChanges.newEmail, newEmail),
    isNotNull(emailChanges.oldConfirmedAt),
    isNotNull(emailChanges.newConfirmedAt),
  )
  const both = ctx.db.select({ userId: emailChanges.userId }).from(emailChanges).where(waiting)
  return sql`${hasChanged} and ${exists(both)}`
}

/** Holds from the move until the change is forgotten, thus in the batch of the move alone. */
const hasMoved = (ctx: Ctx, userId: UserId): SQL =>
  exists(
    ctx.db
      .select({ userId: emailChanges.userId })
      .from(emailChanges)
      .innerJoin(
        users,
        and(eq(users.id, emailChanges.userId), eq(users.email, emailChanges.newEmail)),
      )
      .where(eq(emailChanges.userId, userId)),
  )

/** To both addresses, right after the move. */
async function planNotices(ctx: Ctx, userId: UserId, move: { from: string; to: string }) {
  const mail = { kind: 'email_changed', userId, when: hasChanged }
  const old = await planMail(ctx, { ...mail, to: move.from, words: leftWords(move) })
  const signIn = linkTo(ctx, '/login')
  const now = await planMail(ctx, { ...mail, to: move.to, words: arrivedWords(move, signIn) })
  return [...old, ...now] as const
}
