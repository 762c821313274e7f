import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { UploadState } from '#contracts/upload.ts'
import { idColumn, timeColumn } from '../../core/column.ts'

export const uploads = sqliteTable(
  'uploads',
  {
    id: idColumn('id', 'upload').primaryKey(),
    videoId: idColumn('video_id', 'video').notNull(),
    workspaceId: idColumn('workspace_id', 'workspace').notNull(),
    createdBy: idColumn('created_by', 'user').notNull(),
    fileName: text('file_name').notNull(),
    sizeBytes: integer('size_bytes').notNull(),
    partSizeBytes: integer('part_size_bytes').notNull(),
    /** Part n lies at `partKey(objectKey, n)`. */
    objectKey: text('object_key').notNull(),
    state: text('state').$type<UploadState>().notNull(),
    createdAt: timeColumn('created_at').notNull(),
    expiresAt: timeColumn('expires_at').notNull(),
    endedAt: timeColumn('ended_at'),
  },
  (table) => [
    index('uploads_by_workspace').on(table.workspaceId, table.state, table.id),
    index('uploads_by_expiry').on(table.state, table.expiresAt),
    index('uploads_by_video').on(table.videoId),
  ],
)
export type UploadRow = typeof uploads.$inferSelect

/**
 * The resume state: a part is here once its client says that its bytes are stored. Of a done upload
 * it is what storage held at that moment, and the ETags are those that readers ask for.
 */
export const uploadParts = sqliteTable(
  'upload_parts',
  {
    uploadId: idColumn('upload_id', 'upload').notNull(),
    partNumber: integer('part_number').notNull(),
    etag: text('etag').notNull(),
    sizeBytes: integer('size_bytes').notNull(),
  },
  (table) => [primaryKey({ columns: [table.uploadId, table.partNumber] })],
)
