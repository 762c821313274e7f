import { lt, sql } from 'drizzle-orm'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { timeColumn } from './column.ts'
import type { Ctx } from './context.ts'
import { AppError } from './error.ts'

export const rateLimits = sqliteTable('rate_limits', {
  key: text('key').primaryKey(),
  count: integer('count').notNull(),
  endsAt: timeColumn('ends_at').notNull(),
})

export interface Limit {
  /** What is counted, such as `login:someone@example.com`. */
  key: string
  max: number
  windowMs: number
}

/**
 * Counts one try in a fixed window, in one statement, so that parallel tries cannot slip past.
 * Throws `rate_limited` with Retry-After in seconds.
 */
export async function countTry(ctx: Ctx, limit: Limit): Promise<void> {
  const now = ctx.now()
  const fresh = sql`${rateLimits.endsAt} <= ${now}`
  const [row] = await ctx.db
    .insert(rateLimits)
    .values({ key: limit.key, count: 1, endsAt: now + limit.windowMs })
    .onConflictDoUpdate({
      target: rateLimits.key,
      set: {
        count: sql`case when ${fresh} then 1 else ${rateLimits.count} + 1 end`,
        endsAt: sql`case when ${fresh} then ${now + limit.windowMs} else ${rateLimits.endsAt} end`,
      },
    })
    .returning()
  if (!row) return
  const seconds = Math.max(1, Math.ceil((row.endsAt - now) / 1000))
  ctx.limits.push({
    name: nameOf(limit.key),
    max: limit.max,
    windowSeconds: limit.windowMs / 1000,
    left: Math.max(0, limit.max - row.count),
    resetSeconds: seconds,
  })
  if (row.count <= limit.max) return
  throw new AppError('rate_limited', `Too many tries. Try again in ${spell(seconds)}.`, {
    headers: { 'retry-after': `${seconds}` },
  })
}

/** `login:from:192.0.2.7` → `login:from`: what it is about, without whom. */
const nameOf = (key: string) => /^[a-z-]+(?::[a-z-]+(?=:))?/.exec(key)?.[0] ?? 'limit'

const spell = (seconds: number) =>
  seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`

/** Gives the tries back, for example after a right password. */
export async function forgetTries(ctx: Ctx, key: string): Promise<void> {
  await ctx.db.delete(rateLimits).where(sql`${rateLimits.key} = ${key}`)
}

export async function forgetOldLimits(ctx: Ctx): Promise<void> {
  await ctx.db.delete(rateLimits).where(lt(rateLimits.endsAt, ctx.now()))
}

/** The caller's address as Cloudflare gives it; one shared bucket where nothing says it. */
export const callerAddress = (request: Request): string =>
  request.headers.get('cf-connecting-ip') ?? 'direct'

const perMinute = { name: 'api', windowSeconds: 60 }

/**
 * Every call of a person, a key or an address, by the platform's own counters: quick, one a place,
 * and not exact. Whoever has no address (one machine without a proxy) is not counted. Throws
 * `rate_limited`.
 */
export async function countCall(ctx: Ctx, request: Request): Promise<void> {
  const who = callerOf(ctx, request)
  if (!who) return
  ctx.limits.push({ ...perMinute, max: ctx.config.API_CALLS_A_MINUTE })
  const { success } = await ctx.env.CALLS.limit({ key: who })
  if (success) return
  throw new AppError('rate_limited', 'Too many calls. Try again in a minute.', {
    headers: { 'retry-after': `${perMinute.windowSeconds}` },
  })
}

function callerOf({ actor }: Ctx, request: Request): string | undefined {
  if (actor.kind === 'user') return actor.userId
  if (actor.kind === 'key') return actor.keyId
  if (actor.kind !== 'anonymous') return undefined
  const address = callerAddress(request)
  return address === 'direct' ? undefined : toNetwork(address)
}

/** The first 64 bits of an IPv6 address: whoever has one address has all of them. */
export function toNetwork(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address.slice(0, 64)
  const [head = '', tail] = address.toLowerCase().split('::')
  const groups = head.split(':')
  const tailCount = tail ? tail.split(':').length : 0
  const zeroCount = Math.max(0, 8 - groups.length - tailCount)
  const all = [
    ...groups,
    ...Array.from({ length: zeroCount }, () => '0'),
    ...(tail ?? '').split(':'),
  ]
  return all
    .slice(0, 4)
    .map((group) => parseInt(group || '0', 16).toString(16))
    .join(':')
}
