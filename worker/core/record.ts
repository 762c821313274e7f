import { type SQL, asc, eq, isNull, sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { UserId, VideoId, WorkspaceId } from '#contracts/id.ts'
import { actorName } from './actor.ts'
import { idColumn, jsonColumn, timeColumn } from './column.ts'
import type { Ctx } from './context.ts'
import { keepDeadLetter } from './dead-letter.ts'
import { insertWhere } from './insert-where.ts'

/** Every fact that others may react to. */
export type EventKind =
  | 'user.registered'
  | 'user.verified'
  | 'user.updated'
  | 'user.password_changed'
  | 'user.password_reset'
  | 'user.email_change_started'
  | 'user.email_changed'
  | 'user.exported'
  | 'user.deleted'
  | 'user.suspended'
  | 'user.restored'
  | 'session.started'
  | 'session.ended'
  | 'session.reuse_detected'
  | 'factor.added'
  | 'factor.removed'
  | 'factor.recovery_used'
  | 'factor.recovery_renewed'
  | 'outside.linked'
  | 'outside.unlinked'
  | 'workspace.created'
  | 'workspace.updated'
  | 'workspace.transferred'
  | 'workspace.deleted'
  | 'workspace.suspended'
  | 'workspace.restored'
  | 'member.joined'
  | 'member.role_changed'
  | 'member.removed'
  | 'invitation.created'
  | 'invitation.revoked'
  | 'key.created'
  | 'key.revoked'
  | 'signing_key.created'
  | 'signing_key.revoked'
  | 'link.created'
  | 'link.revoked'
  | 'mail.queued'
  | 'audit.exported'
  | 'upload.created'
  | 'upload.aborted'
  | 'upload.expired'
  | 'video.uploaded'
  | 'video.playable'
  | 'video.updated'
  | 'video.ready'
  | 'video.failed'
  | 'video.retried'
  | 'video.cancelled'
  | 'video.remade'
  | 'video.remake_failed'
  | 'video.deleted'
  | 'task.retried'
  | 'task.dead'

export type EventData = Record<string, string | number | boolean | null>

export const events = sqliteTable(
  'events',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    id: idColumn('id', 'event').notNull(),
    kind: text('kind').$type<EventKind>().notNull(),
    workspaceId: idColumn('workspace_id', 'workspace'),
    videoId: idColumn('video_id', 'video'),
    actorId: text('actor_id'),
    data: jsonColumn<EventData>('data').notNull(),
    requestId: text('request_id').notNull(),
    createdAt: timeColumn('created_at').notNull(),
    /** Times a listener failed on it. */
    failures: integer('failures').notNull(),
    dispatchedAt: timeColumn('dispatched_at'),
  },
  (table) => [
    uniqueIndex('events_by_id').on(table.id),
    index('events_waiting')
      .on(table.seq)
      .where(sql`dispatched_at is null`),
    index('events_by_video').on(table.videoId, table.seq),
    index('events_by_workspace').on(table.workspaceId, table.seq),
  ],
)
export type EventRow = typeof events.$inferSelect

export interface Fact {
  workspaceId?: WorkspaceId | undefined
  videoId?: VideoId | undefined
  data?: EventData
  /** Who did it, where it is not who calls: whoever signs in is nobody yet. */
  actorId?: UserId | undefined
  /** The fact holds only where this does: put the guard of the change itself here. */
  when?: SQL | undefined
}

/**
 * A statement for the same batch as the change that made the fact true. Listeners read the log
 * later, through the event queue.
 */
export function record(ctx: Ctx, kind: EventKind, fact: Fact) {
  ctx.hasRecorded = true
  const row = {
    id: ctx.id('event'),
    kind,
    workspaceId: fact.workspaceId ?? null,
    videoId: fact.videoId ?? null,
    actorId: fact.actorId ?? actorName(ctx.actor),
    data: fact.data ?? {},
    requestId: ctx.requestId,
    createdAt: ctx.now(),
    failures: 0,
  }
  return insertWhere(ctx.db, events, row, fact.when ?? sql`true`)
}

/** Called by the edges when their work is done. */
export function nudgeListeners(ctx: Ctx): void {
  if (ctx.hasRecorded) ctx.defer(ctx.env.EVENTS.send({ v: 1 }))
}

export type Listener = (ctx: Ctx, event: EventRow) => Promise<void>

/** An event that listeners fail on so often becomes a dead letter, so that the log goes on. */
const maxFailures = 8

/**
 * Gives undispatched events to every listener, oldest first. At least once: listeners must take a
 * repeat. An event that fails is left for the next call and holds up no other. Answers how many
 * were handled, and throws after them if one failed, so that the queue comes back.
 */
export async function dispatchEvents(ctx: Ctx, listeners: Listener[]): Promise<number> {
  const rows = await ctx.db
    .select()
    .from(events)
    .where(isNull(events.dispatchedAt))
    .orderBy(asc(events.seq))
    .limit(50)
  let failed = 0
  for (const row of rows) {
    try {
      for (const listen of listeners) await listen(ctx, row)
      await settle(ctx, row)
    } catch (error) {
      failed++
      ctx.log.error('listener failed', error, { eventId: row.id, kind: row.kind })
      await noteFailure(ctx, row)
    }
  }
  if (failed > 0) throw new Error(`${failed} of ${rows.length} events were not handled`)
  return rows.length
}

async function settle(ctx: Ctx, row: EventRow): Promise<void> {
  await ctx.db.update(events).set({ dispatchedAt: ctx.now() }).where(eq(events.seq, row.seq))
}

async function noteFailure(ctx: Ctx, row: EventRow): Promise<void> {
  const failures = row.failures + 1
  await ctx.db.update(events).set({ failures }).where(eq(events.seq, row.seq))
  if (failures < maxFailures) return
  await keepDeadLetter(ctx, 'event log', row)
  await settle(ctx, row)
}
