import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { type Id, type IdKind, isId } from '#contracts/id.ts'
import { type Config, type Env, configOf } from '../env.ts'
import { newId, remoteClock, systemClock } from '../ports/clock.ts'
import type { Actor } from './actor.ts'
import type { CountedLimit } from './headers.ts'
import { type Log, createLog } from './log.ts'

export type Db = DrizzleD1Database

/** The first argument everywhere: HTTP, queue, cron, Durable Object. */
export interface Ctx {
  env: Env
  config: Config
  db: Db
  actor: Actor
  /** Epoch ms; the same for the whole request. */
  now: () => number
  id: <K extends IdKind>(kind: K) => Id<K>
  /** Work that may end after the answer. Its failure is logged, never thrown. */
  defer: (work: Promise<unknown>) => void
  log: Log
  requestId: string
  /** Scheme and host that clients use, without a slash at the end. */
  origin: string
  /** City and country of who calls, as far as the edge knows them: `Oslo, NO`. */
  place: string | null
  /** Set by `record`: the event queue is nudged when the request ends. */
  hasRecorded: boolean
  /** What the request was counted in, for its headers. */
  limits: CountedLimit[]
}

interface Origin {
  env: Env
  waitUntil: (work: Promise<unknown>) => void
  request?: Request
  /** Names the trigger in logs where there is no request. */
  trigger?: string
  /** Of the request that this work goes on from. */
  requestId?: string | undefined
}

export async function createContext(from: Origin): Promise<Ctx> {
  const { env, waitUntil, request, trigger } = from
  const config = configOf(env)
  const clock = env.CLOCK ? await remoteClock(env.CLOCK) : systemClock
  const given = from.requestId ?? request?.headers.get('x-request-id') ?? ''
  const requestId = isId('request', given) ? given : newId(clock, 'request')
  const log = createLog({ requestId, ...(trigger && { trigger }) })
  return {
    env,
    config,
    db: drizzle(env.DB),
    actor: { kind: 'anonymous' },
    now: clock.now,
    id: (kind) => newId(clock, kind),
    defer: (work) => waitUntil(work.catch((error) => log.error('deferred work failed', error))),
    log,
    requestId,
    origin: config.PUBLIC_ORIGIN || (request ? new URL(request.url).origin : ''),
    place: request ? placeOf(request) : null,
    hasRecorded: false,
    limits: [],
  }
}

/** https://developers.cloudflare.com/workers/runtime-apis/request/#incomingrequestcfproperties */
function placeOf({ cf }: Request): string | null {
  const known = [cf?.['city'], cf?.['country']].filter((name) => typeof name === 'string')
  return known.join(', ').slice(0, 100) || null
}
