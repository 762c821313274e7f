import { createApp } from './app.ts'
import { createContext } from './core/context.ts'
import { nudgeListeners } from './core/record.ts'
import { crons } from './crons.ts'
import type { Env } from './env.ts'
import { gated } from './gate.ts'
import { consumers } from './queues.ts'

export { MediaOrigin } from './features/delivery/media-origin.ts'
export { ViewingCounter } from './features/stream/counter.ts'
export { TranscodeTask } from './features/transcode/watchdog.ts'

const app = createApp()

async function contextFor(
  env: Env,
  execution: ExecutionContext,
  origin: { trigger: string; requestId?: string | undefined },
) {
  const waitUntil = (work: Promise<unknown>) => execution.waitUntil(work)
  const ctx = await createContext({ env, waitUntil, ...origin })
  ctx.actor = { kind: 'system' }
  return ctx
}

/** Stands at the socket of one machine; on Cloudflare nobody reaches it. */
export const direct = { fetch: gated(app.fetch) } satisfies ExportedHandler<Env>

export default {
  fetch: app.fetch,

  async queue(batch, env, execution) {
    for (const message of batch.messages) {
      const { requestId } = (message.body ?? {}) as { requestId?: string }
      const ctx = await contextFor(env, execution, { trigger: batch.queue, requestId })
      try {
        await consumers[batch.queue]?.(ctx, message.body)
        message.ack()
      } catch (error) {
        ctx.log.error('message failed', error, { attempts: message.attempts })
        message.retry({ delaySeconds: Math.min(300, 2 ** message.attempts) })
      }
      nudgeListeners(ctx)
    }
  },

  async scheduled(event, env, execution) {
    const ctx = await contextFor(env, execution, { trigger: `cron ${event.cron}` })
    for (const job of crons[event.cron] ?? []) {
      await job(ctx).catch((error) => ctx.log.error('cron job failed', error, { job: job.name }))
    }
    nudgeListeners(ctx)
  },
} satisfies ExportedHandler<Env>
