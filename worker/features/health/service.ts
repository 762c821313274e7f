import { sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Check, Readiness } from '#contracts/health.ts'
import type { Ctx } from '../../core/context.ts'
import { httpTranscoder } from '../../ports/transcoder.ts'

type Result = z.infer<typeof Check>

async function check(look: () => Promise<string | undefined>): Promise<Result> {
  const startedAt = Date.now()
  const ms = () => Date.now() - startedAt
  try {
    const problem = await look()
    return problem ? { ok: false, ms: ms(), detail: problem } : { ok: true, ms: ms() }
  } catch {
    return { ok: false, ms: ms(), detail: 'It did not answer.' }
  }
}

/** Each part is asked for real, side by side. */
export async function getReadiness(ctx: Ctx): Promise<Response> {
  const [database, storage, queue, transcoder] = await Promise.all([
    check(async () => {
      const rows = await ctx.db.all(sql`select 1 from events limit 1`)
      return Array.isArray(rows) ? undefined : 'It answers nonsense.'
    }),
    check(async () => {
      await ctx.env.MEDIA.head('readyz')
      return undefined
    }),
    check(async () => {
      await ctx.env.EVENTS.send({ v: 1 })
      return undefined
    }),
    check(async () => {
      const url = ctx.config.TRANSCODER_URL
      // Containers start with a task, so there is nothing to ask while none runs.
      if (!url) return undefined
      const health = await httpTranscoder((r) => fetch(r), url, ctx.config.TRANSCODER_KEY).health()
      return health?.status === 'ok' ? undefined : 'The transcoder does not answer.'
    }),
  ])
  const checks = { database, storage, queue, transcoder }
  const isReady = Object.values(checks).every((result) => result.ok)
  const body: z.infer<typeof Readiness> = { status: isReady ? 'ready' : 'not_ready', checks }
  return Response.json(body, {
    status: isReady ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
  })
}
