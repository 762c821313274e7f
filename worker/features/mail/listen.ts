import { type Id } from '#contracts/id.ts'
import type { Listener } from '../../core/record.ts'
import { sendMail } from './service.ts'

/** Mails leave when what they tell of is written. */
export const sendQueued: Listener = async (ctx, event) => {
  if (event.kind === 'mail.queued') await sendMail(ctx, event.data['mailId'] as Id<'mail'>)
}
