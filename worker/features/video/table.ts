import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Chapter } from '#contracts/chapter.ts'
import type { FailureCode } from '#contracts/error.ts'
import type { Downloads, Encryption, VideoStatus, Visibility } from '#contracts/video.ts'
import { flagColumn, idColumn, jsonColumn, timeColumn } from '../../core/column.ts'

export const videos = sqliteTable(
  'videos',
  {
    id: idColumn('id', 'video').primaryKey(),
    workspaceId: idColumn('workspace_id', 'workspace').notNull(),
    createdBy: idColumn('created_by', 'user').notNull(),
    title: text('title').notNull(),
    description: text('description').notNull(),
    status: text('status').$type<VideoStatus>().notNull(),
    visibility: text('visibility').$type<Visibility>().notNull(),
    /** Playback tokens carry it; raising it ends every link given so far. */
    epoch: integer('epoch').notNull(),
    /** Which of the encode's posters its owner chose. */
    poster: integer('poster').notNull().default(0),
    /** Sites that may embed it, as `toDomain` names them; null: any, empty: none. */
    embedDomains: jsonColumn<string[]>('embed_domains'),
    /** As editors set them; null where they set none. */
    chapters: jsonColumn<Chapter[]>('chapters'),
    downloads: text('downloads').$type<Downloads>().notNull().default('none'),
    encryption: text('encryption').$type<Encryption>().notNull().default('none'),
    /** base64url; stays when encryption ends, for those who began before. */
    encryptionSecret: text('encryption_secret'),
    /** The file that was uploaded, as `SourceObject` of the contracts has it. */
    sourceKey: text('source_key'),
    sourceBytes: integer('source_bytes'),
    sourcePartBytes: integer('source_part_bytes'),
    /** What plays before the encode does, where the file itself cannot. */
    openingId: idColumn('opening_id', 'encode'),
    /** The encode that plays: null until something does. */
    encodeId: idColumn('encode_id', 'encode'),
    durationMs: integer('duration_ms'),
    widthPx: integer('width_px'),
    heightPx: integer('height_px'),
    hasVideo: flagColumn('has_video').notNull(),
    hasAudio: flagColumn('has_audio').notNull(),
    failureCode: text('failure_code').$type<FailureCode>(),
    createdAt: timeColumn('created_at').notNull(),
    updatedAt: timeColumn('updated_at').notNull(),
    publishedAt: timeColumn('published_at'),
    deletedAt: timeColumn('deleted_at'),
    /** Its objects are gone from storage. */
    purgedAt: timeColumn('purged_at'),
  },
  (table) => [
    index('videos_by_workspace').on(table.workspaceId, table.id),
    index('videos_by_publication').on(table.visibility, table.status, table.publishedAt, table.id),
    index('videos_by_deletion').on(table.deletedAt, table.purgedAt),
  ],
)
export type VideoRow = typeof videos.$inferSelect
