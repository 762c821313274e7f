import { getTableConfig } from 'drizzle-orm/sqlite-core'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deadLetters } from '../core/dead-letter.ts'
import { idempotencyKeys } from '../core/idempotency.ts'
import { rateLimits } from '../core/rate-limit.ts'
import { events } from '../core/record.ts'
import * as auth from '../features/auth/table.ts'
import * as beacon from '../features/beacon/table.ts'
import * as key from '../features/key/table.ts'
import * as link from '../features/link/table.ts'
import * as mail from '../features/mail/table.ts'
import * as outside from '../features/outside/table.ts'
import * as signingKey from '../features/signing-key/table.ts'
import * as source from '../features/source/table.ts'
import * as transcode from '../features/transcode/table.ts'
import * as upload from '../features/upload/table.ts'
import * as user from '../features/user/table.ts'
import * as video from '../features/video/table.ts'
import * as workspace from '../features/workspace/table.ts'
import { type World, createWorld } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

const tables: SQLiteTable[] = [
  deadLetters,
  idempotencyKeys,
  rateLimits,
  events,
  ...[
    auth,
    beacon,
    key,
    link,
    mail,
    outside,
    signingKey,
    source,
    transcode,
    upload,
    user,
    video,
    workspace,
  ].flatMap((room) => Object.values(room)),
]

interface Column {
  name: string
  type: string
  isNotNull: boolean
  isKey: boolean
}

const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name)

function declared(table: SQLiteTable): Column[] {
  const { columns, primaryKeys } = getTableConfig(table)
  const keys = new Set(primaryKeys.flatMap((key) => key.columns.map((column) => column.name)))
  return columns
    .map((column) => ({
      name: column.name,
      type: column.getSQLType().toUpperCase(),
      isNotNull: column.notNull,
      isKey: column.primary || keys.has(column.name),
    }))
    .toSorted(byName)
}

async function migrated(name: string): Promise<Column[]> {
  const { results } = await world.db
    .prepare(`select name, type, "notnull", pk from pragma_table_info('${name}')`)
    .all<{ name: string; type: string; notnull: number; pk: number }>()
  return results
    .map((column) => ({
      name: column.name,
      type: column.type.toUpperCase(),
      isNotNull: column.notnull === 1,
      isKey: column.pk > 0,
    }))
    .toSorted(byName)
}

async function listIndexes(name: string): Promise<string[]> {
  const { results } = await world.db
    .prepare(`select name from pragma_index_list('${name}') where origin = 'c'`)
    .all<{ name: string }>()
  return results.map((index) => index.name).toSorted()
}

test('the tables that the code declares are those that the migrations make', async () => {
  for (const table of tables) {
    const { name, indexes } = getTableConfig(table)
    expect(await migrated(name), name).toEqual(declared(table))
    const names = indexes.map((index) => index.config.name).toSorted()
    expect(await listIndexes(name), `indexes of ${name}`).toEqual(names)
  }
})

test('no table is made that the code does not know', async () => {
  const { results } = await world.db
    .prepare(
      "select name from sqlite_master where type = 'table' and name not like '\\_%' escape '\\'",
    )
    .all<{ name: string }>()
  const known = tables.map((table) => getTableConfig(table).name)
  const own = results
    .map((row) => row.name)
    .filter((name) => !name.startsWith('sqlite_') && name !== 'd1_migrations')
  expect(own.toSorted()).toEqual(known.toSorted())
})
