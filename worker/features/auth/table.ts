import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { flagColumn, idColumn, jsonColumn, timeColumn } from '../../core/column.ts'

/** `hash` names its own parameters: `scrypt$N$r$p$salt$key`, so they can be raised at login. */
export const passwords = sqliteTable('passwords', {
  userId: idColumn('user_id', 'user').primaryKey(),
  hash: text('hash').notNull(),
  changedAt: timeColumn('changed_at').notNull(),
})

export type EndReason = 'logout' | 'reuse' | 'ended' | 'password' | 'email' | 'suspended'

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
    endReason: text('end_reason').$type<EndReason>(),
    /** City and country of the latest use, as far as the edge knows them. */
    place: text('place'),
    /** Within a minute. */
    lastSeenAt: timeColumn('last_seen_at').notNull().default(0),
    /** When its holder last proved who they are: by signing in, or by a step-up. */
    confirmedAt: timeColumn('confirmed_at').notNull().default(0),
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

/** What a link in a mail carries; only its SHA-256 is kept. */
export const emailTokens = sqliteTable(
  'email_tokens',
  {
    hash: text('hash').primaryKey(),
    userId: idColumn('user_id', 'user').notNull(),
    kind: text('kind').$type<'verify' | 'reset' | 'change_old' | 'change_new'>().notNull(),
    /** The address that it was sent to: the link proves that one and no other. */
    email: text('email').notNull(),
    createdAt: timeColumn('created_at').notNull(),
    endsAt: timeColumn('ends_at').notNull(),
    usedAt: timeColumn('used_at'),
  },
  (table) => [index('email_tokens_by_user').on(table.userId, table.kind)],
)

/** A change of address that waits for both sides. */
export const emailChanges = sqliteTable('email_changes', {
  userId: idColumn('user_id', 'user').primaryKey(),
  /** Who asked: the one session that outlives the change. */
  sessionId: idColumn('session_id', 'session').notNull(),
  newEmail: text('new_email').notNull(),
  oldConfirmedAt: timeColumn('old_confirmed_at'),
  newConfirmedAt: timeColumn('new_confirmed_at'),
  createdAt: timeColumn('created_at').notNull(),
  endsAt: timeColumn('ends_at').notNull(),
})

export const totpFactors = sqliteTable('totp_factors', {
  userId: idColumn('user_id', 'user').primaryKey(),
  /** By core/seal.ts. */
  sealedSecret: text('sealed_secret').notNull(),
  /** The latest time step whose code was used: none up to it counts again. */
  lastStep: integer('last_step').notNull(),
  createdAt: timeColumn('created_at').notNull(),
  /** Null until a first code was right: it guards nothing before. */
  confirmedAt: timeColumn('confirmed_at'),
})

export const recoveryCodes = sqliteTable(
  'recovery_codes',
  {
    userId: idColumn('user_id', 'user').notNull(),
    hash: text('hash').notNull(),
    createdAt: timeColumn('created_at').notNull(),
    usedAt: timeColumn('used_at'),
  },
  (table) => [primaryKey({ columns: [table.userId, table.hash] })],
)

export const passkeys = sqliteTable(
  'passkeys',
  {
    id: idColumn('id', 'passkey').primaryKey(),
    userId: idColumn('user_id', 'user').notNull(),
    /** Base64url, as the authenticator names it. */
    credentialId: text('credential_id').notNull().unique(),
    /** COSE, base64url. */
    publicKey: text('public_key').notNull(),
    counter: integer('counter').notNull(),
    transports: jsonColumn<string[]>('transports').notNull(),
    name: text('name').notNull(),
    isSynced: flagColumn('is_synced').notNull(),
    createdAt: timeColumn('created_at').notNull(),
    lastUsedAt: timeColumn('last_used_at'),
  },
  (table) => [index('passkeys_by_user').on(table.userId)],
)

export type ChallengeKind =
  | 'second_factor'
  | 'passkey_login'
  | 'passkey_second'
  | 'passkey_step_up'
  | 'passkey_new'
  | 'outside'

/** A step that was asked for and is answered once. Only the SHA-256 of its token is kept. */
export const challenges = sqliteTable(
  'challenges',
  {
    hash: text('hash').primaryKey(),
    kind: text('kind').$type<ChallengeKind>().notNull(),
    userId: idColumn('user_id', 'user'),
    sessionId: idColumn('session_id', 'session'),
    data: jsonColumn<Record<string, string>>('data').notNull(),
    tries: integer('tries').notNull(),
    createdAt: timeColumn('created_at').notNull(),
    endsAt: timeColumn('ends_at').notNull(),
    usedAt: timeColumn('used_at'),
  },
  (table) => [index('challenges_by_end').on(table.endsAt)],
)
