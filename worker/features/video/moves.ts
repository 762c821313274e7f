import { type SQL, and, eq, isNull, sql } from 'drizzle-orm'
import type { FailureCode } from '#contracts/error.ts'
import type { EncodeId, VideoId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { record } from '../../core/record.ts'
import { type VideoRow, videos } from './table.ts'

/**
 * Moves of a video as statements: other rooms put them into the batch of the change that causes
 * them, behind `when`, the guard of that change.
 */

const isThere = (id: VideoId) => and(eq(videos.id, id), isNull(videos.deletedAt))

/** A draft with its own title, from the first second of an upload. */
export function draftOf(
  ctx: Ctx,
  draft: Pick<VideoRow, 'id' | 'workspaceId' | 'createdBy' | 'title' | 'visibility'>,
) {
  return ctx.db.insert(videos).values({
    ...draft,
    description: '',
    status: 'uploading',
    epoch: 1,
    poster: 0,
    hasVideo: false,
    hasAudio: false,
    createdAt: ctx.now(),
    updatedAt: ctx.now(),
  })
}

/** uploading → processing, with the file that has arrived. */
export const arrivalOf = (
  ctx: Ctx,
  id: VideoId,
  source: { key: string; sizeBytes: number; partBytes: number },
  when: SQL,
) =>
  ctx.db
    .update(videos)
    .set({
      status: 'processing',
      sourceKey: source.key,
      sourceBytes: source.sizeBytes,
      sourcePartBytes: source.partBytes,
      updatedAt: ctx.now(),
    })
    .where(and(isThere(id), eq(videos.status, 'uploading'), when))

/** failed → processing, for another try; answers the row where it moved. */
export const retryOf = (ctx: Ctx, id: VideoId) =>
  ctx.db
    .update(videos)
    .set({ status: 'processing', failureCode: null, updatedAt: ctx.now() })
    .where(and(isThere(id), eq(videos.status, 'failed')))
    .returning()

/** processing → failed. */
export const failureOf = (ctx: Ctx, id: VideoId, failureCode: FailureCode, when: SQL) =>
  ctx.db
    .update(videos)
    .set({ status: 'failed', failureCode, updatedAt: ctx.now() })
    .where(and(isThere(id), eq(videos.status, 'processing'), when))

type Looks = Pick<VideoRow, 'durationMs' | 'widthPx' | 'heightPx' | 'hasVideo' | 'hasAudio'>

/** What the file says of itself, until an encode knows better. */
export const looksOf = (ctx: Ctx, id: VideoId, looks: Looks, when: SQL) =>
  ctx.db
    .update(videos)
    .set({ ...looks, updatedAt: ctx.now() })
    .where(and(isThere(id), isNull(videos.durationMs), when))

/** What plays until the encode does: made first, and published while it is made. */
export const openingOf = (ctx: Ctx, id: VideoId, encodeId: EncodeId, when: SQL) =>
  ctx.db
    .update(videos)
    .set({ openingId: encodeId, updatedAt: ctx.now() })
    .where(and(isThere(id), when))

/** The opening is no longer needed. */
export const withdrawalOf = (ctx: Ctx, id: VideoId, encodeId: EncodeId) =>
  ctx.db
    .update(videos)
    .set({ openingId: null })
    .where(and(eq(videos.id, id), eq(videos.openingId, encodeId)))

/** Its first renditions can be played; the others join them. */
export const encodeOf = (ctx: Ctx, id: VideoId, encodeId: EncodeId, when: SQL) =>
  ctx.db
    .update(videos)
    .set({ encodeId, updatedAt: ctx.now() })
    .where(and(isThere(id), eq(videos.status, 'processing'), when))

interface Outcome extends Pick<
  VideoRow,
  'encodeId' | 'durationMs' | 'widthPx' | 'heightPx' | 'hasVideo'
> {
  hasAudio: boolean | SQL<boolean>
}

/** → ready, playing this encode from here on. */
export const publicationOf = (ctx: Ctx, id: VideoId, outcome: Outcome, when: SQL) =>
  ctx.db
    .update(videos)
    .set({
      ...outcome,
      status: 'ready',
      failureCode: null,
      publishedAt: sql`case when ${videos.visibility} = 'private' then ${videos.publishedAt}
        else coalesce(${videos.publishedAt}, ${ctx.now()}) end`,
      updatedAt: ctx.now(),
    })
    .where(and(isThere(id), when))

/** → deleted, and every link with it. Repeats change and record nothing. */
export function removalOf(ctx: Ctx, row: Pick<VideoRow, 'id' | 'workspaceId'>, when?: SQL) {
  return [
    ctx.db
      .update(videos)
      .set({ deletedAt: ctx.now(), updatedAt: ctx.now(), epoch: sql`${videos.epoch} + 1` })
      .where(and(isThere(row.id), when)),
    record(ctx, 'video.deleted', {
      workspaceId: row.workspaceId,
      videoId: row.id,
      when: sql`changes() > 0`,
    }),
  ] as const
}
