import { and, eq, getTableColumns, isNull, lt, sql } from 'drizzle-orm'
import type { Beacon } from '#contracts/beacon.ts'
import { qualityDays } from '#contracts/beacon.ts'
import type { VideoId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { verifyGrant } from '../delivery/token.ts'
import { videos } from '../video/table.ts'
import { workspaces } from '../workspace/table.ts'
import { playSessions } from './table.ts'

/** New plays of one video in a minute; what comes above that is a flood, and not kept. */
const maxPlaysAMinute = 600

/**
 * Keeps the latest of a play's beacons, in whatever order they come. Throws `playback_denied`
 * without a token that opens this video now.
 */
export async function keepBeacon(ctx: Ctx, videoId: VideoId, beacon: Beacon): Promise<void> {
  const { token, ...told } = beacon
  const grant = await verifyGrant(ctx.config, token)
  const { kinds, expiresAt } = grant.rights
  const isLive = expiresAt * 1000 > ctx.now()
  if (!isLive || !kinds.has('watch') || grant.videoId !== videoId) {
    throw new AppError('playback_denied', 'The link is for something else.')
  }
  const isOpen = and(
    eq(videos.id, videoId),
    eq(videos.epoch, grant.epoch),
    isNull(videos.deletedAt),
    isNull(workspaces.suspendedAt),
    isNull(workspaces.deletedAt),
  )
  const [video] = await ctx.db
    .select({ workspaceId: videos.workspaceId })
    .from(videos)
    .innerJoin(workspaces, eq(workspaces.id, videos.workspaceId))
    .where(isOpen)
  if (!video) throw new AppError('playback_denied', 'The link has been withdrawn.')

  const [now, { workspaceId }] = [ctx.now(), video]
  const row = { ...told, videoId, workspaceId, startedAt: now, updatedAt: now }
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
