import { type SQL, and, desc, eq, isNull, lt, sql } from 'drizzle-orm'
import type { Id, UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { record } from '../../core/record.ts'
import { isSame } from '../../core/secret.ts'
import { mailerOf } from '../../ports/mailer.ts'
import { type MailRow, mails } from './table.ts'
import { type Words, toHtml, toText } from './words.ts'

/** Names that people gave themselves stand in subjects. */
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 200)

export interface NewMail {
  kind: string
  to: string
  userId?: UserId
  words: Words
  /** It is written only where this holds. */
  when?: SQL
}

/**
 * Statements for the batch that makes the mail's words true: it is sent once that batch is written,
 * and never without it.
 */
export async function planMail(ctx: Ctx, { kind, to, userId, words, when }: NewMail) {
  const id = ctx.id('mail')
  const row: MailRow = {
    id,
    userId: userId ?? null,
    recipient: to,
    kind,
    subject: oneLine(words.subject),
    text: toText(words),
    html: await toHtml(words),
    createdAt: ctx.now(),
    sentAt: null,
  }
  const actorId = userId && { actorId: userId }
  return [
    insertWhere(ctx.db, mails, row, when ?? sql`true`),
    record(ctx, 'mail.queued', {
      data: { mailId: id, kind },
      ...actorId,
      when: sql`changes() > 0`,
    }),
  ] as const
}

/** Names that no mail ever reaches: a provider would count it as a bounce. RFC 2606, RFC 6761. */
const isNowhere = (address: string) => /[@.](?:local|test|example|invalid|localhost)$/.test(address)

/** Sends what waits. A repeat finds it sent; a provider that failed is asked again later. */
export async function sendMail(ctx: Ctx, id: Id<'mail'>): Promise<void> {
  const waiting = and(eq(mails.id, id), isNull(mails.sentAt))
  const [mail] = await ctx.db.select().from(mails).where(waiting)
  if (!mail || mail.text === null || mail.html === null) return
  const mailer = mailerOf(ctx.env, ctx.config)
  const { recipient, subject, text, html } = mail
  if (!isNowhere(recipient)) await mailer.send({ id, to: recipient, subject, text, html })
  // Links in it open accounts: what has left is not kept.
  const words = mailer.keepsWords ? {} : { text: null, html: null }
  await ctx.db
    .update(mails)
    .set({ sentAt: ctx.now(), ...words })
    .where(waiting)
}

/** Where pages of the app lie for links in mails: never what a request claims. */
export const linkTo = (ctx: Ctx, path: string): string =>
  `${ctx.config.PUBLIC_ORIGIN || ctx.config.LINK_ORIGIN}${path}`

/** May whoever knows `key` read the outbox? Only where no provider sends mail. */
export function opensOutbox(ctx: Ctx, key: string): boolean {
  const { MAIL_PROVIDER, OUTBOX_KEY } = ctx.config
  return MAIL_PROVIDER === 'outbox' && OUTBOX_KEY.length >= 32 && isSame(key, OUTBOX_KEY)
}

export const listOutbox = (ctx: Ctx): Promise<MailRow[]> =>
  ctx.db.select().from(mails).orderBy(desc(mails.createdAt), desc(mails.id)).limit(50)

const keptMs = 30 * 24 * 3600_000

export async function forgetOldMails(ctx: Ctx): Promise<void> {
  await ctx.db.delete(mails).where(lt(mails.createdAt, ctx.now() - keptMs))
}
