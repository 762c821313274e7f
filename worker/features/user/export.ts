import { eq } from 'drizzle-orm'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { countTry } from '../../core/rate-limit.ts'
import { record } from '../../core/record.ts'
import { readAccess } from './export-access.ts'
import { readWork } from './export-work.ts'
import { toUser } from './service.ts'
import { users } from './table.ts'

/**
 * Everything that is kept about the actor; every column is named, so that no hash and no secret is
 * among them. Throws `rate_limited`.
 */
export async function exportMe(ctx: Ctx) {
  const { userId } = requireUser(ctx.actor)
  await countTry(ctx, { key: `export:${userId}`, max: 10, windowMs: 3600_000 })
  const [user] = await ctx.db.select().from(users).where(eq(users.id, userId))
  if (!user) throw new AppError('unauthorized')
  const [access, work] = [await readAccess(ctx, userId), await readWork(ctx, userId)]
  await ctx.db.batch([record(ctx, 'user.exported', { data: { userId } })])
  const exportedAt = new Date(ctx.now()).toISOString()
  return { exportedAt, user: toUser(ctx, user), ...toDates({ ...access, ...work }) }
}

type Lists = Record<string, Record<string, unknown>[]>

/** Times as people read them: those fields are named `at` or `…At`. */
const toDates = (lists: Lists): Lists =>
  Object.fromEntries(Object.entries(lists).map(([name, rows]) => [name, rows.map(toDated)]))

const toDated = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => {
      const isTime = (key === 'at' || key.endsWith('At')) && typeof value === 'number'
      return [key, isTime ? new Date(value).toISOString() : value]
    }),
  )
