import { index, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { idColumn, timeColumn } from '../../core/column.ts'

/** An account elsewhere that opens one here. `subject` is what the provider never gives twice. */
export const outsideIdentities = sqliteTable(
  'outside_identities',
  {
    provider: text('provider').notNull(),
    subject: text('subject').notNull(),
    userId: idColumn('user_id', 'user').notNull(),
    /** What the provider said when it was linked; shown, and never trusted for anything. */
    email: text('email').notNull(),
    createdAt: timeColumn('created_at').notNull(),
    lastUsedAt: timeColumn('last_used_at'),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.subject] }),
    index('outside_identities_by_user').on(table.userId),
  ],
)
