import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { PublicJwk, SigningAlgorithm } from '#contracts/signing-key.ts'
import { idColumn, jsonColumn, timeColumn } from '../../core/column.ts'

export const signingKeys = sqliteTable(
  'signing_keys',
  {
    id: idColumn('id', 'signingKey').primaryKey(),
    workspaceId: idColumn('workspace_id', 'workspace').notNull(),
    createdBy: idColumn('created_by', 'user').notNull(),
    name: text('name').notNull(),
    algorithm: text('algorithm').$type<SigningAlgorithm>().notNull(),
    publicJwk: jsonColumn<PublicJwk>('public_jwk').notNull(),
    createdAt: timeColumn('created_at').notNull(),
    lastUsedAt: timeColumn('last_used_at'),
    revokedAt: timeColumn('revoked_at'),
  },
  (table) => [index('signing_keys_by_workspace').on(table.workspaceId, table.id)],
)
export type SigningKeyRow = typeof signingKeys.$inferSelect
