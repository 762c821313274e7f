import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Beacon } from '#contracts/beacon.ts'
import { idColumn, timeColumn } from '../../core/column.ts'

/** One row a play, as the latest of its beacons told it. */
export const playSessions = sqliteTable(
  'play_sessions',
  {
    videoId: idColumn('video_id', 'video').notNull(),
    /** Of the player's own making. */
    playId: text('play_id').notNull(),
    workspaceId: idColumn('workspace_id', 'workspace').notNull(),
    seq: integer('seq').notNull(),
    place: text('place').$type<Beacon['place']>().notNull(),
    device: text('device').$type<Beacon['device']>().notNull(),
    playerVersion: text('player_version').notNull(),
    startupMs: integer('startup_ms'),
    watchedMs: integer('watched_ms').notNull(),
    stalls: integer('stalls').notNull(),
    stalledMs: integer('stalled_ms').notNull(),
    meanKbps: integer('mean_kbps'),
    lastKbps: integer('last_kbps'),
    heightPx: integer('height_px'),
    droppedFrames: integer('dropped_frames').notNull(),
    exit: text('exit').$type<Beacon['exit']>().notNull(),
    error: text('error').$type<NonNullable<Beacon['error']>>(),
    /** When its first beacon came. */
    startedAt: timeColumn('started_at').notNull(),
    updatedAt: timeColumn('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.videoId, table.playId] }),
    index('play_sessions_by_start').on(table.videoId, table.startedAt),
    index('play_sessions_by_age').on(table.startedAt),
  ],
)
