import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Restrictions } from '#contracts/narrow.ts'
import { idColumn, jsonColumn, timeColumn } from '../../core/column.ts'

export const links = sqliteTable(
  'links',
  {
    id: idColumn('id', 'link').primaryKey(),
    videoId: idColumn('video_id', 'video').notNull(),
    workspaceId: idColumn('workspace_id', 'workspace').notNull(),
    createdBy: idColumn('created_by', 'user').notNull(),
    label: text('label').notNull(),
    restrictions: jsonColumn<Restrictions>('restrictions').notNull(),
    /** The video's, when it was made: a higher one has ended it. */
    epoch: integer('epoch').notNull(),
    createdAt: timeColumn('created_at').notNull(),
    endsAt: timeColumn('ends_at').notNull(),
    revokedAt: timeColumn('revoked_at'),
  },
  (table) => [index('links_by_video').on(table.videoId, table.endsAt)],
)
export type LinkRow = typeof links.$inferSelect
