import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { FilmSummary, Obstacle, Verdict } from '#media/summary.ts'
import { idColumn, jsonColumn, timeColumn } from '../../core/column.ts'

/**
 * What is known of a video's uploaded file. waiting → arriving → playable | unplayable: `waiting`
 * while the bytes that tell have not arrived, `arriving` while what is there plays already and the
 * rest is read as it comes.
 */
export type SourceState = 'waiting' | 'arriving' | 'playable' | 'unplayable'

export const sources = sqliteTable('sources', {
  videoId: idColumn('video_id', 'video').primaryKey(),
  uploadId: idColumn('upload_id', 'upload').notNull(),
  state: text('state').$type<SourceState>().notNull(),
  /** What the transcoder has to make before anything plays. */
  opening: text('opening').$type<Verdict['opening']>().notNull(),
  obstacle: text('obstacle').$type<Obstacle | 'internal'>(),
  summary: jsonColumn<FilmSummary | null>('summary'),
  /** The byte that the last look missed. */
  needsOffset: integer('needs_offset'),
  /** So much of its start was read, where a file has no index and is read from end to end. */
  frontBytes: integer('front_bytes'),
  /** Counted before each look, so that a file which breaks the reader is not read for ever. */
  looks: integer('looks').notNull(),
  createdAt: timeColumn('created_at').notNull(),
  updatedAt: timeColumn('updated_at').notNull(),
})
export type SourceRow = typeof sources.$inferSelect
