import { eq, or } from 'drizzle-orm'
import type { UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { mails } from './table.ts'

/** A statement: what was or should be sent to a person is gone; what waits is not sent. */
export const planForgetMails = (ctx: Ctx, { userId, email }: { userId: UserId; email: string }) =>
  ctx.db.delete(mails).where(or(eq(mails.userId, userId), eq(mails.recipient, email)))
