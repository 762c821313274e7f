import type { Env } from '../env.ts'
import { gated } from '../gate.ts'
import worker from '../index.ts'

export { MediaOrigin, TranscodeTask, ViewingCounter } from '../index.ts'

/**
 * The product's Worker whose n-th call of D1, R2, a queue or a Durable Object fails: before it is
 * made, or after it was made and only the reply got lost. `/api/v1/fault?at=n&mode=…` arms it.
 */
const fault = { count: 0, at: 0, mode: 'before', fired: '' }

async function through<T>(name: string, act: () => Promise<T>): Promise<T> {
  const isDue = ++fault.count === fault.at
  if (isDue) fault.fired = name
  if (isDue && fault.mode === 'before') throw new Error(`fault before ${name}`)
  const result = await act()
  if (isDue) throw new Error(`fault after ${name}`)
  return result
}

class FaultyStatement {
  readonly inner: D1PreparedStatement
  constructor(inner: D1PreparedStatement) {
    this.inner = inner
  }
  bind(...values: unknown[]) {
    return new FaultyStatement(this.inner.bind(...values))
  }
  all() {
    return through('all', () => this.inner.all())
  }
  run() {
    return through('run', () => this.inner.run())
  }
  raw() {
    return through('raw', () => this.inner.raw())
  }
}

const faultyDatabase = (db: D1Database) => ({
  prepare: (query: string) => new FaultyStatement(db.prepare(query)),
  batch: (statements: FaultyStatement[]) =>
    through('batch', () => db.batch(statements.map(({ inner }) => inner))),
})

/** Every method that answers a promise may fail; `nested` ones answer objects of that kind. */
function faultyObject<T extends object>(name: string, target: T, nested: string[] = []): T {
  return new Proxy(target, {
    get(_, property) {
      const value = Reflect.get(target, property) as unknown
      if (typeof value !== 'function') return value
      const label = `${name}.${String(property)}`
      const act = (...args: unknown[]) => Reflect.apply(value, target, args) as unknown
      return nested.includes(String(property))
        ? (...args: unknown[]) => faultyObject(label, act(...args) as object)
        : (...args: unknown[]) => through(label, async () => act(...args))
    },
  })
}

const wrapped = new WeakMap<Env, Env>()

function faulty(env: Env): Env {
  let own = wrapped.get(env)
  if (!own) {
    own = {
      ...env,
      DB: faultyDatabase(env.DB) as unknown as D1Database,
      MEDIA: faultyObject('MEDIA', env.MEDIA),
      TRANSCODE: faultyObject('TRANSCODE', env.TRANSCODE),
      EVENTS: faultyObject('EVENTS', env.EVENTS),
      TASKS: faultyObject('TASKS', env.TASKS, ['getByName']),
    }
    wrapped.set(env, own)
  }
  return own
}

function answer(request: Request, env: Env, execution: ExecutionContext) {
  const url = new URL(request.url)
  if (url.pathname !== '/api/v1/fault') return worker.fetch(request, faulty(env), execution)
  const { at, mode } = Object.fromEntries(url.searchParams)
  if (at) Object.assign(fault, { count: 0, at: Number(at), mode, fired: '' })
  return Response.json(fault)
}

export const direct = { fetch: gated(answer) } satisfies ExportedHandler<Env>

export default {
  fetch: answer,
  queue: (batch, env, execution) => worker.queue(batch, faulty(env), execution),
  scheduled: (event, env, execution) => worker.scheduled(event, faulty(env), execution),
} satisfies ExportedHandler<Env>
