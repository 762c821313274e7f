import { index, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Role } from '#contracts/auth.ts'
import type { TranscodeSettings } from '#contracts/workspace.ts'
import { idColumn, jsonColumn, timeColumn } from '../../core/column.ts'

export const workspaces = sqliteTable('workspaces', {
  id: idColumn('id', 'workspace').primaryKey(),
  handle: text('handle').notNull().unique(),
  name: text('name').notNull(),
  /** How its films are converted; null: as by default. */
  transcode: jsonColumn<TranscodeSettings>('transcode'),
  createdAt: timeColumn('created_at').notNull(),
})

export const memberships = sqliteTable(
  'memberships',
  {
    workspaceId: idColumn('workspace_id', 'workspace').notNull(),
    userId: idColumn('user_id', 'user').notNull(),
    role: text('role').$type<Role>().notNull(),
    createdAt: timeColumn('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.userId] }),
    index('memberships_by_user').on(table.userId),
  ],
)
