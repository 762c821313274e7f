import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { timeColumn } from './column.ts'
import type { Ctx } from './context.ts'

/** What every retry failed on, kept for the operator to see and to replay. */
export const deadLetters = sqliteTable('dead_letters', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  queue: text('queue').notNull(),
  body: text('body').notNull(),
  createdAt: timeColumn('created_at').notNull(),
  replayedAt: timeColumn('replayed_at'),
})

export async function keepDeadLetter(ctx: Ctx, queue: string, body: unknown): Promise<void> {
  const text = JSON.stringify(body) ?? 'undefined'
  await ctx.db.insert(deadLetters).values({ queue, body: text, createdAt: ctx.now() })
  ctx.log.error('dead letter', text, { queue })
}
