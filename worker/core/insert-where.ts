import { type SQL, getTableColumns, sql } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Db } from './context.ts'

/**
 * `insert … select … where`: a row that is made only where `when` holds, as a statement of a
 * batch. Columns that `row` leaves out are null.
 */
export function insertWhere<T extends SQLiteTable>(
  db: Db,
  table: T,
  row: Partial<T['$inferInsert']>,
  when: SQL,
) {
  const given = row as Record<string, unknown>
  const values = Object.entries(getTableColumns(table)).map(([key, column]) =>
    given[key] === undefined || given[key] === null ? sql`null` : sql.param(given[key], column),
  )
  return db.insert(table).select(sql`select ${sql.join(values, sql`, `)} where ${when}`)
}
