import type { Page } from '#contracts/page.ts'

/** A page of rows that were asked for with `limit + 1`: the one too many says that more follow. */
export function cutPage<T>(rows: T[], limit: number, toCursor: (last: T) => string): Page<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last ? toCursor(last) : null }
}
