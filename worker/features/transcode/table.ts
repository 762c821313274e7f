import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { FailureCode } from '#contracts/error.ts'
import type { ChunkRange, SplitPlan } from '#contracts/split.ts'
import type {
  CaptionTrack,
  Choices,
  Lane,
  Pictures,
  PlannedRendition,
  SourceObject,
  TaskKind,
  TaskReport,
  VideoRendition,
} from '#contracts/task.ts'
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
    lane: text('lane').$type<Lane>().notNull(),
    state: text('state').$type<TaskState>().notNull(),
    priority: integer('priority').notNull(),
    /** Never the same twice: what an attempt stores lies under its number. */
    attempt: integer('attempt').notNull(),
    /** Attempts that were lost or failed; those that were handed back do not count. */
    lost: integer('lost').notNull(),
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
    /** The task that split the film, of which this one is a part. */
    parentId: idColumn('parent_id', 'task'),
    chunk: jsonColumn<ChunkRange>('chunk'),
    /** It could not be made in chunks. */
    isWhole: flagColumn('is_whole').notNull(),
    /** Its pictures are made by chunk tasks. */
    isSplit: flagColumn('is_split').notNull(),
    /** Makes `onlyNames` of this encode again; `replaced`: the prefixes they lay under before. */
    remakeOf: idColumn('remake_of', 'encode'),
    onlyNames: jsonColumn<string[]>('only_names'),
    replaced: jsonColumn<string[]>('replaced'),
    /** Of all parts together: never falls. */
    shownPercent: real('shown_percent').notNull(),
    /** Never rises. */
    timeLeftMs: integer('time_left_ms'),
    /** When it was last claimed: workspaces take turns by it. */
    startedAt: timeColumn('started_at'),
    createdAt: timeColumn('created_at').notNull(),
    updatedAt: timeColumn('updated_at').notNull(),
    finishedAt: timeColumn('finished_at'),
    /** What its lost attempts stored has been deleted. */
    sweptAt: timeColumn('swept_at'),
  },
  (table) => [
    index('tasks_by_state').on(table.state, table.priority, table.id),
    index('tasks_by_lane').on(table.lane, table.state, table.workspaceId),
    index('tasks_by_service').on(table.lane, table.workspaceId, table.startedAt),
    index('tasks_by_parent').on(table.parentId, table.state),
    index('tasks_by_video').on(table.videoId, table.id),
    index('tasks_unswept')
      .on(table.finishedAt)
      .where(sql`swept_at is null`),
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
    pictures: jsonColumn<Pictures>('pictures'),
    /** Where they lie, of a long film; null: below `prefix`. */
    picturesPrefix: text('pictures_prefix'),
    captions: jsonColumn<CaptionTrack[]>('captions'),
    /** What the transcoder chose for the film, for a rendition that is made again. */
    choices: jsonColumn<Choices>('choices'),
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
    /** Of sound: 0 is heard unless a viewer chooses; equal for the stereo and the 5.1 of one. */
    track: integer('track'),
    label: text('label'),
    /** Peak rate of the pictures in `iframes.m3u8`; null where there is none. */
    iframeBitsPerSecond: integer('iframe_bits_per_second'),
    sizeBytes: integer('size_bytes').notNull(),
    /** Offered before it was whole: its playlist is `live.m3u8`, then and later. */
    isGrowing: flagColumn('is_growing').notNull(),
    /** Where it lies since it was made again, `enc_…/a1`; null: with its encode. */
    location: text('location'),
    createdAt: timeColumn('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.encodeId, table.name] })],
)
export type RenditionRow = typeof renditions.$inferSelect

/** A long film, made by chunk tasks. It stays as it was decided, whichever attempt comes after. */
export const splits = sqliteTable(
  'splits',
  {
    /** The encode that split the film. */
    taskId: idColumn('task_id', 'task').primaryKey(),
    encodeId: idColumn('encode_id', 'encode').notNull(),
    plan: jsonColumn<SplitPlan>('plan').notNull(),
    media: jsonColumn<TaskReport['media']>('media').notNull(),
    /** A clean copy that is cut instead of the source. */
    input: jsonColumn<SourceObject>('input'),
    chunkCount: integer('chunk_count').notNull(),
    createdAt: timeColumn('created_at').notNull(),
    /** When its renditions became whole. */
    composedAt: timeColumn('composed_at'),
    /** Which request composed it, as `tasks.moveId`. */
    moveId: text('move_id'),
  },
  (table) => [
    index('splits_waiting')
      .on(table.taskId)
      .where(sql`composed_at is null`),
  ],
)
export type SplitRow = typeof splits.$inferSelect

/** What a chunk task made, until the film is composed. */
export const chunks = sqliteTable(
  'chunks',
  {
    taskId: idColumn('task_id', 'task').primaryKey(),
    parentId: idColumn('parent_id', 'task').notNull(),
    number: integer('number').notNull(),
    prefix: text('prefix').notNull(),
    renditions: jsonColumn<VideoRendition[]>('renditions').notNull(),
    createdAt: timeColumn('created_at').notNull(),
  },
  (table) => [index('chunks_by_parent').on(table.parentId, table.number)],
)
export type ChunkRow = typeof chunks.$inferSelect
