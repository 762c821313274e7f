import { sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { idColumn, timeColumn } from '../../core/column.ts'

export const users = sqliteTable('users', {
  id: idColumn('id', 'user').primaryKey(),
  /** NFKC, lower case: see contracts/auth.ts. */
  email: text('email').notNull().unique(),
  displayName: text('display_name').notNull(),
  createdAt: timeColumn('created_at').notNull(),
  emailVerifiedAt: timeColumn('email_verified_at'),
  bio: text('bio').notNull().default(''),
  /** Names the objects of the picture: `a/<avatar>/<size>.webp`. */
  avatar: text('avatar'),
  suspendedAt: timeColumn('suspended_at'),
  suspendedFor: text('suspended_for'),
})
export type UserRow = typeof users.$inferSelect
