import { type Column, sql } from 'drizzle-orm'
import { customType, integer, text } from 'drizzle-orm/sqlite-core'
import type { Id, IdKind } from '#contracts/id.ts'

/** A typed id as TEXT. */
export const idColumn = <K extends IdKind>(name: string, _kind: K) => text(name).$type<Id<K>>()

/** Epoch ms as INTEGER. */
export const timeColumn = (name: string) => integer(name)

/** JSON as TEXT; the type is what our own code wrote there. */
export const jsonColumn = <T>(name: string) =>
  customType<{ data: T; driverData: string }>({
    dataType: () => 'text',
    toDriver: (value) => JSON.stringify(value),
    fromDriver: (value) => JSON.parse(value) as T,
  })(name)

export const flagColumn = (name: string) => integer(name, { mode: 'boolean' })

/** `column in (…)` for any number of values: D1 takes 100 bound parameters a query. */
export const inJson = (column: Column, values: (string | number)[]) =>
  sql`${column} in (select value from json_each(${JSON.stringify(values)}))`
