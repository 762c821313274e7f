import type { SQL } from 'drizzle-orm'
import type { Ctx } from './context.ts'
import { insertWhere } from './insert-where.ts'
import { rateLimits } from './rate-limit.ts'

/** Did a statement break this constraint? As SQLite words it: https://www.sqlite.org/rescode.html */
export function breaks(error: unknown, constraint: string): boolean {
  if (!(error instanceof Error)) return false
  return error.message.includes(constraint) || breaks(error.cause, constraint)
}

/** Did a write fail because another row has this value? `column`: `table.column`, unique. */
export const isTaken = (error: unknown, column: string): boolean =>
  breaks(error, `UNIQUE constraint failed: ${column}`)

/**
 * A statement that fails its whole batch where `when` holds: the one way to take back statements
 * that cannot carry the guard themselves. It inserts a row that no table would take.
 */
export const refuseWhere = (ctx: Ctx, when: SQL) => insertWhere(ctx.db, rateLimits, {}, when)

/** Was it `refuseWhere` that failed the batch? */
export const isRefused = (error: unknown): boolean =>
  breaks(error, 'NOT NULL constraint failed: rate_limits.')
