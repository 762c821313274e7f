import { SQL, getTableColumns, is, sql } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Db } from './context.ts'

type Row<T extends SQLiteTable> = Partial<T['$inferInsert']>

/**
 * `insert … select … where`: a row that is made only where `when` holds, as a statement of a
 * batch. Columns that `row` leaves out are null.
 */
export const insertWhere = <T extends SQLiteTable>(db: Db, table: T, row: Row<T>, when: SQL) =>
  insertFrom(db, table, row, sql`where ${when}`)

/** The same for many rows: `row` may hold expressions over what `tail` selects from. */
export function insertFrom<T extends SQLiteTable>(
  db: Db,
  table: T,
  row: { [K in keyof Row<T>]: Row<T>[K] | SQL },
  tail: SQL,
) {
  const given = row as Record<string, unknown>
  const values = Object.entries(getTableColumns(table)).map(([key, column]) => {
    const value = given[key]
    if (value === undefined || value === null) return sql`null`
    return is(value, SQL) ? value : sql.param(value, column)
  })
  return db.insert(table).select(sql`select ${sql.join(values, sql`, `)} ${tail}`)
}
