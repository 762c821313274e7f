import { type SQL, and, eq, inArray, isNotNull, isNull, lt, ne, not, or, sql } from 'drizzle-orm'
import type { VideoId } from '#contracts/id.ts'
import { presignSeconds } from '#contracts/upload.ts'
import type { Ctx } from '../../core/context.ts'
import { forgetPlays } from '../beacon/service.ts'
import { dropOpening, markSwept } from '../transcode/keep.ts'
import { outputPrefix } from '../transcode/service.ts'
import { cancelTasks } from '../transcode/stop.ts'
import { type TaskRow, encodes, tasks } from '../transcode/table.ts'
import { dropVideo } from '../delivery/drop.ts'
import { deleteLinksOf } from '../link/service.ts'
import { mediaPlaylistName } from '../delivery/playlist.ts'
import { giveUpUploadsOf } from '../upload/finish.ts'
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

/** Everything a deleted video has in storage, and what was told of it. A repeat finds nothing and is fine. */
export async function purgeVideo(ctx: Ctx, id: VideoId): Promise<void> {
  await giveUpUploadsOf(ctx, id)
  await cancelTasks(ctx, id)
  await forgetPlays(ctx, id)
  await deleteLinksOf(ctx, id)
  await dropVideo(ctx, id)
  const count = (await deletePrefix(ctx, `v/${id}/`)) + (await deletePrefix(ctx, `s/${id}/`))
  ctx.log.info('video purged', { videoId: id, objects: count })
}

/**
 * After the deletion a transcoder that is told late still stores outputs, and an address of a part
 * takes bytes for as long as it was signed for; they may then be another hour on their way.
 */
const stragglersMs = (presignSeconds + 3600) * 1000

/** The last look at deleted videos, for the cron: what the listener missed or what came after it. */
export async function purgeStragglers(ctx: Ctx): Promise<number> {
  const rows = await ctx.db
    .select({ id: videos.id })
    .from(videos)
    .where(
      and(
        isNotNull(videos.deletedAt),
        isNull(videos.purgedAt),
        lt(videos.deletedAt, ctx.now() - stragglersMs),
      ),
    )
    .limit(20)
  for (const { id } of rows) {
    await purgeVideo(ctx, id)
    await markPurged(ctx, id)
  }
  return rows.length
}

/**
 * The folder of a rendition that was made again, and those that its playlist sends players to: of a
 * long film the segments lie with the chunks. The playlist goes last, so that a repeat finds them.
 */
async function deleteRendition(ctx: Ctx, folder: string): Promise<void> {
  const playlist = await ctx.env.MEDIA.get(folder + mediaPlaylistName)
  const lines = playlist ? (await playlist.text()).split('\n') : []
  const elsewhere = lines.flatMap((line) =>
    line.startsWith('../') ? new URL('.', new URL(line, `http://bucket/${folder}`)) : [],
  )
  const folders = new Set(elsewhere.map(({ pathname }) => pathname.slice(1)))
  for (const prefix of [...folders, folder]) await deletePrefix(ctx, prefix)
}

/** Below an attempt's prefix: the clean copy that chunks were cut from. */
const copyFolder = 'source'

/** Viewers who still play an older encode's playlist get a day to finish. */
const graceMs = 24 * 3600_000

/**
 * Is what a task published a part of its film now? It is of the encode that plays, or a rendition
 * of that one lies there since it was made again; a part is what its lead is. Doubt keeps.
 */
const isShown = sql<number>`not exists (
  select 1 from tasks lead where lead.id = coalesce(${tasks.parentId}, ${tasks.id}) and not (
    coalesce(lead.encode_id = ${videos.encodeId}, false) or exists (
      select 1 from renditions where encode_id = ${videos.encodeId}
        and location like lead.encode_id || '/%')))`

/**
 * Was anything made of the video within the grace? A task that is done may be a part of what is not
 * there yet, or what viewers played until a moment ago.
 */
const isBusy = (since: number): SQL => sql`exists (
  select 1 from tasks other where other.video_id = ${tasks.videoId} and other.kind <> 'opening'
    and (other.finished_at is null or other.finished_at >= ${since}))`

const sweptAtOnce = 100
/** Looks into storage of one run: a Worker may make some thousand calls in all. */
const maxLooks = 300

interface Ended {
  task: TaskRow
  /** The attempt whose outputs became an encode. */
  published: number | null
  isShown: number
}

/**
 * Deletes what lost attempts of ended tasks stored, once, what a film shows no more, and openings
 * that their ladder has replaced. Answers how many tasks were looked at.
 */
export async function purgeLostAttempts(ctx: Ctx): Promise<number> {
  let count = 0
  let looks = 0
  while (looks < maxLooks) {
    const rows = await listEnded(ctx)
    if (rows.length === 0) break
    for (const ended of rows) looks += await sweep(ctx, ended)
    await markSwept(
      ctx,
      rows.map(({ task }) => task.id),
    )
    count += rows.length
  }
  return count
}

function listEnded(ctx: Ctx): Promise<Ended[]> {
  const since = ctx.now() - graceMs
  return ctx.db
    .select({ task: tasks, published: encodes.attempt, isShown: isShown.as('is_shown') })
    .from(tasks)
    .innerJoin(videos, eq(videos.id, tasks.videoId))
    .leftJoin(encodes, eq(encodes.id, tasks.encodeId))
    .where(
      and(
        inArray(tasks.state, ['done', 'dead', 'failed', 'cancelled']),
        isNull(tasks.sweptAt),
        lt(tasks.finishedAt, since),
        not(isBusy(since)),
        or(ne(tasks.kind, 'opening'), eq(videos.status, 'ready'), isNotNull(videos.deletedAt)),
      ),
    )
    .limit(sweptAtOnce)
}

/** Answers how often it looked into storage: not at all where the only attempt is the film's. */
async function sweep(ctx: Ctx, { task, published, isShown }: Ended): Promise<number> {
  if (task.kind === 'opening') await dropOpening(ctx, task)
  for (const folder of task.replaced ?? []) await deleteRendition(ctx, folder)
  const isKept = isShown && task.kind !== 'opening' && published !== null
  if (isKept && task.attempt === 1 && !task.isSplit) return 0

  const kept = isKept ? outputPrefix({ ...task, attempt: published }) : undefined
  const encode = `v/${task.videoId}/e/${task.encodeId}/`
  const found = await ctx.env.MEDIA.list({ prefix: encode, delimiter: '/' })
  for (const prefix of found.delimitedPrefixes) {
    await deletePrefix(ctx, prefix === kept ? `${prefix}${copyFolder}/` : prefix)
  }
  return 1 + found.delimitedPrefixes.length
}
