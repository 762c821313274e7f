import { and, eq, gt, sql } from 'drizzle-orm'
import { qualityDays, type VideoQuality } from '#contracts/beacon.ts'
import type { VideoId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { notFound } from '../../core/error.ts'
import { loadVideo } from '../video/service.ts'
import { playSessions } from './table.ts'

/** Throws `not_found` for all who are not in its workspace, also where they may watch. */
export async function getQuality(ctx: Ctx, videoId: VideoId): Promise<VideoQuality> {
  const { role } = await loadVideo(ctx, videoId)
  if (!role) throw notFound('video')
  const { startupMs, stalls, exit, watchedMs } = playSessions
  const since = ctx.now() - qualityDays * 24 * 3600_000
  const ofVideo = and(eq(playSessions.videoId, videoId), gt(playSessions.startedAt, since))
  const ranked = ctx.db
    .select({
      startupMs,
      place: sql<number>`row_number() over (order by ${startupMs})`.as('place'),
      all: sql<number>`count(*) over ()`.as('all_started'),
    })
    .from(playSessions)
    .where(and(ofVideo, sql`${startupMs} is not null`))
    .as('ranked')
  const [[sums], [middle]] = await ctx.db.batch([
    ctx.db
      .select({
        plays: sql<number>`count(*)`,
        started: sql<number>`count(${startupMs})`,
        stalled: sql<number>`total(${startupMs} is not null and ${stalls} > 0)`,
        leftBeforeStart: sql<number>`total(${exit} = 'before_start')`,
        failed: sql<number>`total(${exit} = 'error')`,
        watchedMs: sql<number>`total(${watchedMs})`,
      })
      .from(playSessions)
      .where(ofVideo),
    ctx.db
      .select({ startupMs: sql<number | null>`avg(${ranked.startupMs})` })
      .from(ranked)
      // Of an even number the two in the middle.
      .where(sql`${ranked.place} in ((${ranked.all} + 1) / 2, (${ranked.all} + 2) / 2)`),
  ])
  const { started = 0, stalled = 0, ...counted } = sums!
  const startup = middle?.startupMs ?? null
  return {
    ...counted,
    days: qualityDays,
    medianStartupMs: startup === null ? null : Math.round(startup),
    stalledShare: started > 0 ? stalled / started : null,
  }
}
