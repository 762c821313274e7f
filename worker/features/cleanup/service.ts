import { and, eq, isNotNull, isNull, lt, or, sql } from 'drizzle-orm'
import type { VideoId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { cancelTasks } from '../transcode/service.ts'
import { encodes, tasks } from '../transcode/table.ts'
import { markPurged } from '../video/service.ts'
import { videos } from '../video/table.ts'

/** Deletes every object below a prefix; R2 takes 1,000 keys a call. */
async function deletePrefix(ctx: Ctx, prefix: string): Promise<number> {
  let count = 0
  for (;;) {
    const { objects } = await ctx.env.MEDIA.list({ prefix, limit: 1000 })
    if (objects.length === 0) return count
    await ctx.env.MEDIA.delete(objects.map((object) => object.key))
    count += objects.length
  }
}

/** Everything a deleted video left in storage. A repeat finds nothing and is fine. */
export async function purgeVideo(ctx: Ctx, id: VideoId): Promise<void> {
  await cancelTasks(ctx, id)
  const count = (await deletePrefix(ctx, `v/${id}/`)) + (await deletePrefix(ctx, `s/${id}/`))
  await markPurged(ctx, id)
  ctx.log.info('video purged', { videoId: id, objects: count })
}

/** Deleted videos whose event was never handled, for the cron; a minute's grace for the listener. */
export async function purgeForgotten(ctx: Ctx): Promise<number> {
  const rows = await ctx.db
    .select({ id: videos.id })
    .from(videos)
    .where(
      and(
        isNotNull(videos.deletedAt),
        isNull(videos.purgedAt),
        lt(videos.deletedAt, ctx.now() - 60_000),
      ),
    )
    .limit(20)
  for (const { id } of rows) await purgeVideo(ctx, id)
  return rows.length
}

/** An attempt's outputs go when a later attempt has published and a day has passed. */
const graceMs = 24 * 3600_000

/**
 * Deletes what lost attempts stored: prefixes of a finished task other than the published one.
 * Answers the objects deleted.
 */
export async function purgeLostAttempts(ctx: Ctx): Promise<number> {
  const rows = await ctx.db
    .select({ task: tasks, published: encodes.attempt })
    .from(tasks)
    .leftJoin(encodes, eq(encodes.taskId, tasks.id))
    .where(
      and(
        or(eq(tasks.state, 'done'), eq(tasks.state, 'dead'), eq(tasks.state, 'failed')),
        lt(tasks.finishedAt, ctx.now() - graceMs),
        sql`${tasks.finishedAt} > ${ctx.now() - 3 * graceMs}`,
      ),
    )
    .limit(50)
  let count = 0
  for (const { task, published } of rows) {
    for (let attempt = 1; attempt <= task.attempt; attempt++) {
      if (attempt === published) continue
      count += await deletePrefix(ctx, `v/${task.videoId}/e/${task.encodeId}/a${attempt}/`)
    }
  }
  return count
}
