import { TranscodeMessage } from '#contracts/task.ts'
import type { Ctx } from '../../core/context.ts'
import { dispatchTask } from './service.ts'
import { deadLetters } from './table.ts'

/** One message, at least once: a duplicate claims nothing. */
export async function consumeTranscode(ctx: Ctx, body: unknown): Promise<void> {
  const message = TranscodeMessage.safeParse(body)
  if (message.success) return dispatchTask(ctx, message.data.taskId)
  await keepDeadLetter(ctx, 'lantern-transcode', body)
}

/** What no retry could handle is kept where the operator sees it. */
export async function keepDeadLetter(ctx: Ctx, queue: string, body: unknown): Promise<void> {
  const text = JSON.stringify(body) ?? 'undefined'
  await ctx.db.insert(deadLetters).values({ queue, body: text, createdAt: ctx.now() })
  ctx.log.error('dead letter', text, { queue })
}
