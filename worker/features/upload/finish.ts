import { and, eq, lte, sql } from 'drizzle-orm'
import type { UploadId, VideoId } from '#contracts/id.ts'
import type { Video } from '#contracts/video.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import { lookAtSource } from '../source/service.ts'
import type { SourceRow } from '../source/table.ts'
import { workOf } from '../transcode/policy.ts'
import { enqueue, insertTask } from '../transcode/queue.ts'
import { arrivalOf, removalOf } from '../video/moves.ts'
import { getVideo } from '../video/service.ts'
import { forgetParts, partCountOf, pinParts, sizeOfPart } from './parts.ts'
import { loadUpload, requireOpen } from './service.ts'
import { type StoredPart, listStored } from './storage.ts'
import { type UploadRow, uploads } from './table.ts'

/**
 * Closes the upload and starts the conversion; a repeat answers the same. What storage lists is the
 * truth: a part counts though its record was lost, and a record without its part does not. Throws
 * `upload_incomplete`, `size_mismatch`, `upload_expired`, `conflict`.
 */
export async function completeUpload(ctx: Ctx, id: UploadId): Promise<{ video: Video }> {
  const upload = await loadUpload(ctx, id)
  if (upload.state === 'done') return { video: await getVideo(ctx, upload.videoId) }
  requireOpen(ctx, upload)

  const stored = await listStored(ctx, upload)
  const { missing, misfits } = planRest(upload, stored)
  if (missing.length + misfits.length > 0) {
    await forgetParts(ctx, id, [...missing, ...misfits])
    throw misfits.length > 0
      ? new AppError('size_mismatch', `Part ${misfits[0]} has another size. Send it again.`)
      : new AppError('upload_incomplete', `${missing.length} parts of the file are still missing.`)
  }
  const parts = new Map(stored.map(({ partNumber, etag }) => [partNumber, etag]))
  const source = await lookAtSource(ctx, upload, { parts, isWhole: true })
  await startProcessing(ctx, upload, stored, source)
  return { video: await getVideo(ctx, upload.videoId) }
}

/** Numbers of the parts to send again: those that storage lacks, and those of another size. */
function planRest(upload: UploadRow, stored: StoredPart[]) {
  const sizes = new Map(stored.map((part) => [part.partNumber, part.sizeBytes]))
  const all = Array.from({ length: partCountOf(upload) }, (_, index) => index + 1)
  return {
    missing: all.filter((partNumber) => !sizes.has(partNumber)),
    misfits: all.filter((one) => sizes.has(one) && sizes.get(one) !== sizeOfPart(upload, one)),
  }
}

/** One batch behind one compare-and-set: of two racing calls only one makes the task. */
async function startProcessing(
  ctx: Ctx,
  upload: UploadRow,
  stored: StoredPart[],
  { opening, summary }: SourceRow,
): Promise<void> {
  const workSeconds = summary?.video
    ? workOf({ ...summary.video, durationMs: summary.durationMs })
    : undefined
  const taskId = ctx.id('task')
  const openingId = ctx.id('task')
  const isTaskMade = sql`exists (select 1 from tasks where id = ${taskId})`
  const source = {
    key: upload.objectKey,
    sizeBytes: upload.sizeBytes,
    partBytes: upload.partSizeBytes,
  }
  const [, [won]] = await ctx.db.batch([
    pinParts(ctx, upload.id, stored),
    ctx.db
      .update(uploads)
      .set({ state: 'done', endedAt: ctx.now() })
      .where(and(eq(uploads.id, upload.id), eq(uploads.state, 'open')))
      .returning(),
    insertTask(ctx, { ...upload, id: taskId, workSeconds }, sql`changes() > 0`),
    insertTask(
      ctx,
      { ...upload, id: openingId, kind: 'opening' },
      sql`${isTaskMade} and ${opening} <> 'none'`,
    ),
    arrivalOf(ctx, upload.videoId, source, isTaskMade),
    record(ctx, 'video.uploaded', {
      workspaceId: upload.workspaceId,
      videoId: upload.videoId,
      data: { sizeBytes: upload.sizeBytes },
      when: isTaskMade,
    }),
  ])
  if (won) {
    const ids = opening === 'none' ? [taskId] : [openingId, taskId]
    return enqueue(
      ctx,
      ids.map((id) => ({ id, videoId: upload.videoId })),
    )
  }

  const [now] = await ctx.db.select().from(uploads).where(eq(uploads.id, upload.id))
  if (now?.state !== 'done') throw new AppError('conflict', 'This upload was given up.')
}

/** Throws `conflict` once the file is complete. A repeat is fine. */
export async function abortUpload(ctx: Ctx, id: UploadId): Promise<void> {
  const upload = await loadUpload(ctx, id)
  if (upload.state === 'done') throw new AppError('conflict', 'This upload is complete already.')
  await giveUp(ctx, upload, 'aborted')
}

/** Ends the upload with its draft, whose deletion takes what was stored along. */
async function giveUp(ctx: Ctx, upload: UploadRow, state: 'aborted' | 'expired'): Promise<void> {
  const isEnded = sql`exists (
    select 1 from uploads where id = ${upload.id} and state = ${state})`
  await ctx.db.batch([
    ctx.db
      .update(uploads)
      .set({ state, endedAt: ctx.now() })
      .where(and(eq(uploads.id, upload.id), eq(uploads.state, 'open'))),
    record(ctx, `upload.${state}`, {
      workspaceId: upload.workspaceId,
      videoId: upload.videoId,
      when: sql`changes() > 0`,
    }),
    ...removalOf(ctx, { id: upload.videoId, workspaceId: upload.workspaceId }, isEnded),
  ])
}

/** Ends what a deleted video was still waiting for. A repeat finds nothing. */
export async function giveUpUploadsOf(ctx: Ctx, videoId: VideoId): Promise<void> {
  const rows = await ctx.db
    .select()
    .from(uploads)
    .where(and(eq(uploads.videoId, videoId), eq(uploads.state, 'open')))
  for (const row of rows) await giveUp(ctx, row, 'aborted')
}

/** Ends uploads past their day; for the cron. Answers how many. */
export async function expireUploads(ctx: Ctx): Promise<number> {
  const rows = await ctx.db
    .select()
    .from(uploads)
    .where(and(eq(uploads.state, 'open'), lte(uploads.expiresAt, ctx.now())))
    .limit(50)
  for (const row of rows) await giveUp(ctx, row, 'expired')
  return rows.length
}
