import { index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { FailureCode } from '#contracts/error.ts'
import type { PlannedRendition, Storyboard, TaskKind } from '#contracts/task.ts'
import { flagColumn, idColumn, jsonColumn, timeColumn } from '../../core/column.ts'

/**
 * queued → starting → running → done | failed | cancelled; a lost or failed attempt goes to retry,
 * the last one to dead.
 */
export type TaskState =
  'queued' | 'starting' | 'running' | 'retry' | 'done' | 'failed' | 'dead' | 'cancelled'

export interface TaskProgress {
  phase: 'fetch' | 'probe' | 'encode' | 'store'
  percent: number
  speed: number | null
  renditions: PlannedRendition[]
  /** When the present attempt began to encode, for the time left. */
  encodeStartedAt: number | null
}

export const tasks = sqliteTable(
  'tasks',
  {
    id: idColumn('id', 'task').primaryKey(),
    videoId: idColumn('video_id', 'video').notNull(),
    workspaceId: idColumn('workspace_id', 'workspace').notNull(),
    encodeId: idColumn('encode_id', 'encode').notNull(),
    kind: text('kind').$type<TaskKind>().notNull(),
    state: text('state').$type<TaskState>().notNull(),
    priority: integer('priority').notNull(),
    attempt: integer('attempt').notNull(),
    leaseId: idColumn('lease_id', 'lease'),
    leaseUntil: timeColumn('lease_until'),
    /** Not claimed before. */
    notBefore: timeColumn('not_before').notNull(),
    /** When a message for it was last put into the queue. */
    enqueuedAt: timeColumn('enqueued_at').notNull(),
    /** Highest heartbeat seen, so a late one cannot turn the clock back. */
    seq: integer('seq').notNull(),
    progress: jsonColumn<TaskProgress>('progress'),
    failureCode: text('failure_code').$type<FailureCode>(),
    /** For the operator. */
    failureMessage: text('failure_message'),
    cpuSeconds: real('cpu_seconds'),
    /** Which request made the last move: other statements of its batch ask for it. */
    moveId: text('move_id'),
    createdAt: timeColumn('created_at').notNull(),
    updatedAt: timeColumn('updated_at').notNull(),
    finishedAt: timeColumn('finished_at'),
    /** What its lost attempts stored has been deleted. */
    sweptAt: timeColumn('swept_at'),
  },
  (table) => [
    index('tasks_by_state').on(table.state, table.priority, table.id),
    index('tasks_by_video').on(table.videoId, table.id),
  ],
)
export type TaskRow = typeof tasks.$inferSelect

/** What one attempt has published, and behind the lease; `isComplete` once its task is done. */
export const encodes = sqliteTable(
  'encodes',
  {
    id: idColumn('id', 'encode').primaryKey(),
    videoId: idColumn('video_id', 'video').notNull(),
    taskId: idColumn('task_id', 'task').notNull(),
    attempt: integer('attempt').notNull(),
    /** Object prefix of the attempt, ending with a slash; nothing below it ever changes. */
    prefix: text('prefix').notNull(),
    posterKey: text('poster_key'),
    storyboard: jsonColumn<Storyboard | null>('storyboard'),
    isComplete: flagColumn('is_complete').notNull(),
    createdAt: timeColumn('created_at').notNull(),
  },
  (table) => [index('encodes_by_video').on(table.videoId)],
)
export type EncodeRow = typeof encodes.$inferSelect

export const renditions = sqliteTable(
  'renditions',
  {
    encodeId: idColumn('encode_id', 'encode').notNull(),
    name: text('name').notNull(),
    kind: text('kind').$type<'video' | 'audio'>().notNull(),
    codecs: text('codecs').notNull(),
    peakBitsPerSecond: integer('peak_bits_per_second').notNull(),
    averageBitsPerSecond: integer('average_bits_per_second').notNull(),
    widthPx: integer('width_px'),
    heightPx: integer('height_px'),
    framesPerSecond: real('frames_per_second'),
    channels: integer('channels'),
    language: text('language'),
    /** Peak rate of the pictures in `iframes.m3u8`; null where there is none. */
    iframeBitsPerSecond: integer('iframe_bits_per_second'),
    sizeBytes: integer('size_bytes').notNull(),
    /** Offered before it was whole: its playlist is `live.m3u8`, then and later. */
    isGrowing: flagColumn('is_growing').notNull(),
    createdAt: timeColumn('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.encodeId, table.name] })],
)
export type RenditionRow = typeof renditions.$inferSelect
