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
  if (!row || row.count <= limit.max) return
  const seconds = Math.max(1, Math.ceil((row.endsAt - now) / 1000))
  throw new AppError('rate_limited', `Too many tries. Try again in ${spell(seconds)}.`, {
    headers: { 'retry-after': `${seconds}` },
  })
}

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
