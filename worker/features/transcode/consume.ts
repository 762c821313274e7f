import { TranscodeMessage } from '#contracts/task.ts'
import type { Ctx } from '../../core/context.ts'
import { keepDeadLetter } from '../../core/dead-letter.ts'
import { dispatchTask } from './dispatch.ts'

/** One message, at least once: a duplicate claims nothing. */
export async function consumeTranscode(ctx: Ctx, body: unknown): Promise<void> {
  const message = TranscodeMessage.safeParse(body)
  if (message.success) return dispatchTask(ctx, message.data.taskId)
  await keepDeadLetter(ctx, 'lantern-transcode', body)
}
