import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Role } from '#contracts/auth.ts'
import type { GivenRole } from '#contracts/member.ts'
import type { TranscodeSettings } from '#contracts/workspace.ts'
import { idColumn, jsonColumn, timeColumn } from '../../core/column.ts'

export const workspaces = sqliteTable('workspaces', {
  id: idColumn('id', 'workspace').primaryKey(),
  handle: text('handle').notNull().unique(),
  name: text('name').notNull(),
  /** How its films are converted; null: as by default. */
  transcode: jsonColumn<TranscodeSettings>('transcode'),
  createdAt: timeColumn('created_at').notNull(),
  /** What its channel page says. */
  description: text('description').notNull().default(''),
  /** Devices on which one viewer may watch at once; null: any number. */
  maxStreamsPerViewer: integer('max_streams_per_viewer'),
  suspendedAt: timeColumn('suspended_at'),
  suspendedFor: text('suspended_for'),
  /** From then on nobody is in it; its videos are deleted by the listener. */
  deletedAt: timeColumn('deleted_at'),
})
export type WorkspaceRow = typeof workspaces.$inferSelect

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

export const invitations = sqliteTable(
  'invitations',
  {
    id: idColumn('id', 'invitation').primaryKey(),
    workspaceId: idColumn('workspace_id', 'workspace').notNull(),
    role: text('role').$type<GivenRole>().notNull(),
    /** Who alone may accept it; null: whoever has the link. */
    email: text('email'),
    tokenHash: text('token_hash').notNull().unique(),
    createdBy: idColumn('created_by', 'user').notNull(),
    usesLeft: integer('uses_left').notNull(),
    createdAt: timeColumn('created_at').notNull(),
    endsAt: timeColumn('ends_at').notNull(),
  },
  (table) => [index('invitations_by_workspace').on(table.workspaceId, table.endsAt)],
)
export type InvitationRow = typeof invitations.$inferSelect
