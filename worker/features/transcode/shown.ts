import { and, eq, sql } from 'drizzle-orm'
import type { TaskId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { type TaskProgress, splits, tasks } from './table.ts'

/**
 * What owners are shown: a percent that never falls and a time left that never rises. An estimate
 * that gets worse waits until the clock has caught up with it.
 */
export const shownOf = (percent: number, timeLeftMs: number | null) => ({
  shownPercent: sql<number>`max(${tasks.shownPercent}, ${percent})`,
  ...(timeLeftMs !== null && {
    timeLeftMs: sql<number>`min(coalesce(${tasks.timeLeftMs}, ${timeLeftMs}), ${timeLeftMs})`,
  }),
})

/** Sooner, an estimate would be a guess. */
const minElapsedMs = 1500
const minShare = 0.03

/** Time left at the pace so far; null while nobody can tell. `share` is 0 to 1. */
export function estimate(elapsedMs: number, share: number): number | null {
  if (elapsedMs < minElapsedMs || share < minShare) return null
  return Math.round((elapsedMs / share) * (1 - share))
}

/** Nothing is whole before it is published. */
const maxShown = 99

/** Of a film that one task makes. */
export const shownAlone = (ctx: Ctx, { percent, encodeStartedAt }: TaskProgress) =>
  shownOf(
    Math.min(percent, maxShown),
    encodeStartedAt ? estimate(ctx.now() - encodeStartedAt, percent / 100) : null,
  )

/** What the chunks are of a long film's whole; its start and its pictures are the rest. */
const chunkShare = { from: 4, to: 98 }

/** Counts the parts of a long film together, after one of them has come further. */
export async function showTogether(ctx: Ctx, leadId: TaskId): Promise<void> {
  const frames = sql`(${tasks.chunk} ->> 'endFrame') - (${tasks.chunk} ->> 'firstFrame')`
  const share = sql`case when ${tasks.state} = 'done' then 1.0
    else coalesce(${tasks.progress} ->> 'percent', 0) / 100.0 end`
  const [[counted], [split]] = await ctx.db.batch([
    ctx.db
      .select({
        all: sql<number>`coalesce(sum(${frames}), 0)`,
        made: sql<number>`coalesce(sum((${frames}) * ${share}), 0)`,
      })
      .from(tasks)
      .where(and(eq(tasks.parentId, leadId), eq(tasks.kind, 'chunk'))),
    ctx.db.select({ createdAt: splits.createdAt }).from(splits).where(eq(splits.taskId, leadId)),
  ])
  if (!counted?.all || !split) return
  const made = Math.min(1, counted.made / counted.all)
  const percent = chunkShare.from + (chunkShare.to - chunkShare.from) * made
  const timeLeftMs = estimate(ctx.now() - split.createdAt, made)
  await ctx.db
    .update(tasks)
    .set(shownOf(Math.round(percent * 10) / 10, timeLeftMs))
    .where(eq(tasks.id, leadId))
}
