import type { Env } from '../../worker/env.ts'
import { gated } from '../../worker/gate.ts'
import worker from '../../worker/index.ts'

export { MediaOrigin, TranscodeTask, ViewingCounter } from '../../worker/index.ts'

/** The product's Worker, with a count of what it reads from storage: `GET /api/v1/reads`. */
const reads = { count: 0, bytes: 0 }

const wrapped = new WeakMap<Env, Env>()

function counting(env: Env): Env {
  let own = wrapped.get(env)
  if (!own) {
    const get = async (key: string, options?: R2GetOptions) => {
      const object = await env.MEDIA.get(key, options)
      const range = object?.range as { length?: number } | undefined
      reads.count += 1
      reads.bytes += range?.length ?? object?.size ?? 0
      return object
    }
    const bound = (value: unknown) =>
      typeof value === 'function' ? (value.bind(env.MEDIA) as unknown) : value
    const media = new Proxy(env.MEDIA, {
      get: (target, name) => (name === 'get' ? get : bound(Reflect.get(target, name))),
    })
    own = { ...env, MEDIA: media }
    wrapped.set(env, own)
  }
  return own
}

function answer(request: Request, env: Env, execution: ExecutionContext) {
  if (new URL(request.url).pathname === '/api/v1/reads') return Response.json(reads)
  return worker.fetch(request, counting(env), execution)
}

export const direct = { fetch: gated(answer) } satisfies ExportedHandler<Env>

export default {
  fetch: answer,
  queue: (batch, env, execution) => worker.queue(batch, counting(env), execution),
  scheduled: (event, env, execution) => worker.scheduled(event, counting(env), execution),
} satisfies ExportedHandler<Env>
