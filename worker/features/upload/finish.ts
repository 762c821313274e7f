import { and, eq, lte, sql } from 'drizzle-orm'
import type { UploadId, VideoId } from '#contracts/id.ts'
import type { Video } from '#contracts/video.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import { enqueue, insertTask } from '../transcode/queue.ts'
import { arrivalOf, removalOf } from '../video/moves.ts'
import { getVideo } from '../video/service.ts'
import { listParts, loadUpload, requireOpen } from './service.ts'
import { dropParts, joinParts } from './storage.ts'
import { type UploadRow, uploads } from './table.ts'

/**
 * Joins the parts and starts the conversion; a repeat answers the same. Throws
 * `upload_incomplete`, `upload_expired`, `conflict`, `size_mismatch`.
 */
export async function completeUpload(ctx: Ctx, id: UploadId): Promise<{ video: Video }> {
  const upload = await loadUpload(ctx, id)
  if (upload.state === 'done') return { video: await getVideo(ctx, upload.videoId) }
  requireOpen(ctx, upload)

  const parts = await listParts(ctx, [id])
  const receivedBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0)
  if (receivedBytes !== upload.sizeBytes) {
    const missing = Math.ceil(upload.sizeBytes / upload.partSizeBytes) - parts.length
    throw new AppError('upload_incomplete', `${missing} parts of the file are still missing.`)
  }
  const storedBytes = await joinParts(ctx, upload, parts)
  if (storedBytes === undefined) {
    throw new AppError('upload_incomplete', 'Storage refused some parts. Send them again.')
  }
  if (storedBytes !== upload.sizeBytes) {
    await giveUp(ctx, upload, 'aborted')
    throw new AppError('size_mismatch', 'The stored file has another size. Upload it again.')
  }
  await startProcessing(ctx, upload)
  return { video: await getVideo(ctx, upload.videoId) }
}

/** One batch behind one compare-and-set: of two racing calls only one makes the task. */
async function startProcessing(ctx: Ctx, upload: UploadRow): Promise<void> {
  const taskId = ctx.id('task')
  const isTaskMade = sql`exists (select 1 from tasks where id = ${taskId})`
  const [[won]] = await ctx.db.batch([
    ctx.db
      .update(uploads)
      .set({ state: 'done', endedAt: ctx.now() })
      .where(and(eq(uploads.id, upload.id), eq(uploads.state, 'open')))
      .returning(),
    insertTask(ctx, { ...upload, id: taskId }, sql`changes() > 0`),
    arrivalOf(
      ctx,
      upload.videoId,
      { key: upload.objectKey, sizeBytes: upload.sizeBytes },
      isTaskMade,
    ),
    record(ctx, 'video.uploaded', {
      workspaceId: upload.workspaceId,
      videoId: upload.videoId,
      data: { sizeBytes: upload.sizeBytes },
      when: isTaskMade,
    }),
  ])
  if (won) return enqueue(ctx, [{ id: taskId, videoId: upload.videoId }])

  const [now] = await ctx.db.select().from(uploads).where(eq(uploads.id, upload.id))
  if (now?.state === 'done') return
  await ctx.env.MEDIA.delete(upload.objectKey)
  throw new AppError('conflict', 'This upload was given up.')
}

/** Throws `conflict` once the file is complete. A repeat is fine. */
export async function abortUpload(ctx: Ctx, id: UploadId): Promise<void> {
  const upload = await loadUpload(ctx, id)
  if (upload.state === 'done') throw new AppError('conflict', 'This upload is complete already.')
  await giveUp(ctx, upload, 'aborted')
}

/** Ends the upload with its draft; whatever was stored is dropped. */
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
  await dropParts(ctx, upload)
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
