import { type SQL, and, eq, inArray, sql } from 'drizzle-orm'
import type { TaskReport } from '#contracts/task.ts'
import type { Ctx } from '../../core/context.ts'
import { record } from '../../core/record.ts'
import { publicationOf } from '../video/moves.ts'
import { leadOf } from './queue.ts'
import { type TaskRow, encodes, splits, tasks } from './table.ts'

interface Whole {
  media: TaskReport['media']
  hasAudio: boolean | SQL<boolean>
}

/**
 * The whole ladder is there: the video is ready. An opening that nobody has begun is not needed;
 * one that grows goes on, for those who watch it.
 */
export function readyOf(ctx: Ctx, lead: TaskRow, { media, hasAudio }: Whole, isMoved: SQL) {
  const { encodeId, videoId, workspaceId } = lead
  const { durationMs, widthPx, heightPx } = media
  const now = ctx.now()
  return [
    ctx.db
      .update(tasks)
      .set({ state: 'cancelled', updatedAt: now, finishedAt: now })
      .where(
        and(
          eq(tasks.videoId, videoId),
          eq(tasks.kind, 'opening'),
          inArray(tasks.state, ['queued', 'retry']),
          isMoved,
        ),
      ),
    publicationOf(
      ctx,
      videoId,
      { encodeId, durationMs, widthPx, heightPx, hasVideo: widthPx !== null, hasAudio },
      isMoved,
    ),
    record(ctx, 'video.ready', {
      workspaceId,
      videoId,
      data: { encodeId, durationMs },
      when: sql`${isMoved} and exists (
        select 1 from videos where id = ${videoId} and deleted_at is null)`,
    }),
  ]
}

export async function loadLead(ctx: Ctx, task: TaskRow): Promise<TaskRow> {
  const [lead] = await ctx.db
    .select()
    .from(tasks)
    .where(eq(tasks.id, leadOf(task)))
  return lead!
}

/** A composed film is ready, with its pictures or, where they could not be made, without. */
export async function endOf(ctx: Ctx, lead: TaskRow, isMoved: SQL) {
  const [split] = await ctx.db.select().from(splits).where(eq(splits.taskId, lead.id))
  const hasAudio = sql<boolean>`exists (select 1 from renditions
    where encode_id = ${lead.encodeId} and kind = 'audio')`
  return [
    ctx.db
      .update(encodes)
      .set({ isComplete: true })
      .where(and(eq(encodes.id, lead.encodeId), isMoved)),
    ...readyOf(ctx, lead, { media: split!.media, hasAudio }, isMoved),
  ]
}
