import { sql } from 'drizzle-orm'
import type { TaskId } from '#contracts/id.ts'
import type { PublishedRendition, TaskPublication } from '#contracts/task.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import {
  growingPlaylist,
  growingPlaylistName,
  iframePlaylist,
  iframePlaylistName,
  mediaPlaylist,
  mediaPlaylistName,
} from '../delivery/playlist.ts'
import { encodeOf, looksOf, openingOf } from '../video/moves.ts'
import { videos } from '../video/table.ts'
import { isHeldBy, movedBy } from './claim.ts'
import { holdsLease } from './policy.ts'
import { kindsOf, replaceEncode } from './rendition.ts'
import { fenced, loadClaimed } from './report.ts'
import { outputPrefix } from './service.ts'
import { type TaskRow, tasks } from './table.ts'

/**
 * Offers to viewers what an attempt has made so far: an opening as it grows, a rendition of the
 * ladder once it is whole. The last segment of each must lie in storage; `completeTask` looks at
 * all of them. Throws `invalid_fields` and `fenced`.
 */
export async function publishClaimed(
  ctx: Ctx,
  id: TaskId,
  publication: TaskPublication,
): Promise<{ ok: true }> {
  const task = await loadClaimed(ctx, id, publication)
  if (!holdsLease(task, publication)) throw fenced()
  if (task.remakeOf) return { ok: true } // the present ones play until the new ones are all there
  const prefix = outputPrefix(task)
  const made = publication.renditions.map(({ rendition }) => rendition)
  await requireEnds(ctx, prefix, made)
  for (const { rendition, isComplete } of publication.renditions) {
    await writePlaylists(ctx, task, rendition, isComplete)
  }
  await offer(ctx, task, publication)
  return { ok: true }
}

async function requireEnds(ctx: Ctx, prefix: string, made: PublishedRendition[]): Promise<void> {
  const ends = made.map(async ({ segments }) => {
    const { key, sizeBytes } = segments.at(-1)!
    const stored = await ctx.env.MEDIA.head(prefix + key)
    return stored?.size === sizeBytes ? undefined : key
  })
  const missing = (await Promise.all(ends)).find(Boolean)
  if (missing) throw notStored(missing)
}

export const notStored = (key: string) =>
  new AppError('invalid_fields', `The output ${key} is not stored as reported.`)

/** What grows is read anew each time, under a name of its own; all else never changes. */
export async function writePlaylists(
  ctx: Ctx,
  task: TaskRow,
  rendition: PublishedRendition,
  isComplete: boolean,
): Promise<void> {
  const playlists =
    task.kind === 'opening'
      ? { [growingPlaylistName]: growingPlaylist(rendition, isComplete) }
      : {
          [mediaPlaylistName]: mediaPlaylist(rendition),
          [iframePlaylistName]: iframePlaylist(rendition),
        }
  for (const [name, text] of Object.entries(playlists)) {
    if (text) await ctx.env.MEDIA.put(`${outputPrefix(task)}${rendition.name}/${name}`, text)
  }
}

async function offer(ctx: Ctx, task: TaskRow, publication: TaskPublication): Promise<void> {
  const moveId = ctx.id('event')
  const isMoved = movedBy(task, moveId)
  const made = publication.renditions.map(({ rendition }) => rendition)
  const { durationMs, widthPx, heightPx } = publication.media
  const isFirst = sql`exists (select 1 from ${videos}
    where ${videos.id} = ${task.videoId} and opening_id is null and encode_id is null)`
  const [[moved]] = await ctx.db.batch([
    ctx.db
      .update(tasks)
      .set({ moveId, updatedAt: ctx.now() })
      .where(isHeldBy(task, publication))
      .returning(),
    ...replaceEncode(ctx, task, made, { isComplete: false }, isMoved),
    record(ctx, 'video.playable', {
      workspaceId: task.workspaceId,
      videoId: task.videoId,
      data: { rendition: made[0]!.name },
      when: sql`${isMoved} and ${isFirst}`,
    }),
    task.kind === 'opening'
      ? openingOf(ctx, task.videoId, task.encodeId, isMoved)
      : encodeOf(ctx, task.videoId, task.encodeId, isMoved),
    looksOf(ctx, task.videoId, { durationMs, widthPx, heightPx, ...kindsOf(made) }, isMoved),
  ])
  if (!moved) throw fenced()
}
