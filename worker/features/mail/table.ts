import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { idColumn, timeColumn } from '../../core/column.ts'

/** Mails that wait, and those that were sent. Their words go once they have left. */
export const mails = sqliteTable(
  'mails',
  {
    id: idColumn('id', 'mail').primaryKey(),
    /** Whom it concerns, where that is an account. */
    userId: idColumn('user_id', 'user'),
    recipient: text('recipient').notNull(),
    kind: text('kind').notNull(),
    subject: text('subject').notNull(),
    text: text('text'),
    html: text('html'),
    createdAt: timeColumn('created_at').notNull(),
    sentAt: timeColumn('sent_at'),
  },
  (table) => [index('mails_by_time').on(table.createdAt)],
)
export type MailRow = typeof mails.$inferSelect
