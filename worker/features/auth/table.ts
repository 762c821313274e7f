import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { idColumn, timeColumn } from '../../core/column.ts'

/** `hash` names its own parameters: `scrypt$N$r$p$salt$key`, so they can be raised at login. */
export const passwords = sqliteTable('passwords', {
  userId: idColumn('user_id', 'user').primaryKey(),
  hash: text('hash').notNull(),
  changedAt: timeColumn('changed_at').notNull(),
})

/** A family of refresh tokens: one sign-in on one device. */
export const sessions = sqliteTable(
  'sessions',
  {
    id: idColumn('id', 'session').primaryKey(),
    userId: idColumn('user_id', 'user').notNull(),
    userAgent: text('user_agent').notNull(),
    createdAt: timeColumn('created_at').notNull(),
    endsAt: timeColumn('ends_at').notNull(),
    endedAt: timeColumn('ended_at'),
    endReason: text('end_reason').$type<'logout' | 'reuse'>(),
  },
  (table) => [index('sessions_by_user').on(table.userId)],
)

export const refreshTokens = sqliteTable(
  'refresh_tokens',
  {
    /** SHA-256 of the token; the token itself is only in the cookie. */
    hash: text('hash').primaryKey(),
    sessionId: idColumn('session_id', 'session').notNull(),
    createdAt: timeColumn('created_at').notNull(),
    endsAt: timeColumn('ends_at').notNull(),
    usedAt: timeColumn('used_at'),
  },
  (table) => [index('refresh_tokens_by_session').on(table.sessionId)],
)
