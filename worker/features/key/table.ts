import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Scope } from '#contracts/endpoint.ts'
import { idColumn, jsonColumn, timeColumn } from '../../core/column.ts'

export const apiKeys = sqliteTable(
  'api_keys',
  {
    id: idColumn('id', 'apiKey').primaryKey(),
    workspaceId: idColumn('workspace_id', 'workspace').notNull(),
    createdBy: idColumn('created_by', 'user').notNull(),
    name: text('name').notNull(),
    /** How the key begins: enough for people to tell keys apart. */
    prefix: text('prefix').notNull(),
    /** SHA-256 of the whole key, which has 256 random bits. */
    hash: text('hash').notNull().unique(),
    scopes: jsonColumn<Scope[]>('scopes').notNull(),
    createdAt: timeColumn('created_at').notNull(),
    endsAt: timeColumn('ends_at'),
    lastUsedAt: timeColumn('last_used_at'),
    revokedAt: timeColumn('revoked_at'),
  },
  (table) => [
    index('api_keys_by_workspace').on(table.workspaceId, table.id),
    index('api_keys_by_creator').on(table.createdBy),
  ],
)
export type ApiKeyRow = typeof apiKeys.$inferSelect
