import { eq, getTableColumns, lt, sql } from 'drizzle-orm'
import type { Beacon } from '#contracts/beacon.ts'
import { qualityDays } from '#contracts/beacon.ts'
import type { VideoId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { openPath } from '../delivery/access.ts'
import { toMediaCtx } from '../delivery/state.ts'
import { videos } from '../video/table.ts'
import { playSessions } from './table.ts'

/** New plays of one video in a minute; what comes above that is a flood, and not kept. */
const maxPlaysAMinute = 600

/**
 * Keeps the latest of a play's beacons, in whatever order they come. Throws `playback_denied`
 * without a token that plays this video now to whoever asks.
 */
export async function keepBeacon(
  ctx: Ctx,
  videoId: VideoId,
  { body: beacon, request }: { body: Beacon; request: Request },
): Promise<void> {
  const { token, ...told } = beacon
  const now = ctx.now()
  const path = { token, videoId, kind: 'watch' as const }
  const { grant, state } = await openPath(toMediaCtx(ctx), path, request)
  const row = { ...told, videoId, workspaceId: state.workspaceId, startedAt: now, updatedAt: now }
  const mayBegin = sql`(
      select count(*) from ${playSessions}
      where ${playSessions.videoId} = ${videoId} and ${playSessions.startedAt} > ${now - 60_000}
    ) < ${maxPlaysAMinute}`
  const isKnown = sql`exists (
      select 1 from ${playSessions}
      where ${playSessions.videoId} = ${videoId} and ${playSessions.playId} = ${told.playId}
    )`
  const isThere = sql`exists (
      select 1 from ${videos}
      where ${videos.id} = ${videoId} and ${videos.deletedAt} is null
        and ${videos.epoch} = ${grant.epoch}
    )`
  await insertWhere(
    ctx.db,
    playSessions,
    row,
    sql`${isThere} and (${isKnown} or ${mayBegin})`,
  ).onConflictDoUpdate({
    target: [playSessions.videoId, playSessions.playId],
    set: latest,
    setWhere: sql`excluded.seq > ${playSessions.seq}`,
  })
}

const {
  videoId: _v,
  playId: _p,
  workspaceId: _w,
  startedAt: _s,
  ...told
} = getTableColumns(playSessions)
const latest = Object.fromEntries(
  Object.entries(told).map(([key, { name }]) => [key, sql.raw(`excluded.${name}`)]),
)

/** What was told of a deleted video goes with it. */
export async function forgetPlays(ctx: Ctx, videoId: VideoId): Promise<void> {
  await ctx.db.delete(playSessions).where(eq(playSessions.videoId, videoId))
}

export async function forgetOldPlays(ctx: Ctx): Promise<void> {
  const before = ctx.now() - qualityDays * 24 * 3600_000
  await ctx.db.delete(playSessions).where(lt(playSessions.startedAt, before))
}
