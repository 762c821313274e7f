import { index, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Role } from '#contracts/auth.ts'
import { idColumn, timeColumn } from '../../core/column.ts'

export const workspaces = sqliteTable('workspaces', {
  id: idColumn('id', 'workspace').primaryKey(),
  handle: text('handle').notNull().unique(),
  name: text('name').notNull(),
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
