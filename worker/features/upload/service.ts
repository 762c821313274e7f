import { and, desc, eq, gt, isNull, lt } from 'drizzle-orm'
import type { UploadId, WorkspaceId } from '#contracts/id.ts'
import type { Page, PageQuery } from '#contracts/page.ts'
import {
  type PresignedPart,
  type Upload,
  partSizeFor,
  presignSeconds,
  uploadLifeSeconds,
} from '#contracts/upload.ts'
import type { Video, Visibility } from '#contracts/video.ts'
import { requireMaker, requireVerified } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError, notFound } from '../../core/error.ts'
import { cutPage } from '../../core/page.ts'
import { countTry } from '../../core/rate-limit.ts'
import { record } from '../../core/record.ts'
import { draftOf } from '../video/moves.ts'
import { getVideo } from '../video/service.ts'
import { videos } from '../video/table.ts'
import { toTime } from '../video/view.ts'
import { lookEarly } from '../source/service.ts'
import { requireRole } from '../workspace/access.ts'
import { type PartRow, listParts, notePart, partCountOf, sizeOfPart } from './parts.ts'
import { presignPart } from './storage.ts'
import { type UploadRow, uploads } from './table.ts'

interface NewUpload {
  fileName: string
  sizeBytes: number
  title?: string | undefined
  visibility?: Visibility | undefined
}

/**
 * The draft video and its upload. Throws `file_too_large`, `rate_limited`, `forbidden`, and
 * `email_unverified` where others would see it.
 */
export async function createUpload(
  ctx: Ctx,
  workspaceId: WorkspaceId,
  file: NewUpload,
): Promise<{ upload: Upload; video: Video }> {
  const { userId } = requireMaker(ctx.actor)
  await requireRole(ctx, workspaceId, 'editor')
  if (file.visibility && file.visibility !== 'private') requireVerified(ctx.actor)
  const limit = ctx.config.MAX_UPLOAD_BYTES
  if (file.sizeBytes > limit) {
    throw new AppError('file_too_large', `Files may have ${formatBytes(limit)} at most.`)
  }
  await countTry(ctx, { key: `upload:${userId}`, max: 500, windowMs: 3600_000 })

  const videoId = ctx.id('video')
  const id = ctx.id('upload')
  const row = {
    id,
    videoId,
    workspaceId,
    createdBy: userId,
    fileName: file.fileName,
    sizeBytes: file.sizeBytes,
    partSizeBytes: partSizeFor(file.sizeBytes),
    objectKey: `s/${videoId}/${id}`,
    state: 'open',
    createdAt: ctx.now(),
    expiresAt: ctx.now() + uploadLifeSeconds * 1000,
    endedAt: null,
  } satisfies UploadRow
  await ctx.db.batch([
    draftOf(ctx, {
      id: videoId,
      workspaceId,
      createdBy: userId,
      title: file.title ?? titleOf(file.fileName),
      visibility: file.visibility ?? 'private',
    }),
    ctx.db.insert(uploads).values(row),
    record(ctx, 'upload.created', { workspaceId, videoId, data: { sizeBytes: file.sizeBytes } }),
  ])
  return { upload: toUpload(row, []), video: await getVideo(ctx, videoId) }
}

/** `holiday_2026.final.mp4` → `holiday 2026.final`, 200 characters at most. */
export function titleOf(fileName: string): string {
  const name = fileName.replace(/\.[a-z0-9]{1,5}$/i, '').replaceAll('_', ' ')
  return name.trim().slice(0, 200) || 'Untitled'
}

const formatBytes = (bytes: number): string =>
  bytes >= 2 ** 30 ? `${+(bytes / 2 ** 30).toFixed(1)} GiB` : `${+(bytes / 2 ** 20).toFixed(1)} MiB`

/** Throws `not_found` for strangers and for uploads whose video was deleted. */
export async function loadUpload(ctx: Ctx, id: UploadId): Promise<UploadRow> {
  const [found] = await ctx.db
    .select({ upload: uploads })
    .from(uploads)
    .innerJoin(videos, eq(videos.id, uploads.videoId))
    .where(and(eq(uploads.id, id), isNull(videos.deletedAt)))
  if (!found) throw notFound('upload')
  await requireRole(ctx, found.upload.workspaceId, 'editor').catch((cause) => {
    throw cause instanceof AppError && cause.code === 'not_found' ? notFound('upload') : cause
  })
  return found.upload
}

/** Throws `upload_expired` and `conflict` where no more parts can come. */
export function requireOpen(ctx: Ctx, upload: UploadRow): void {
  const isOver = upload.state === 'expired' || upload.expiresAt <= ctx.now()
  if (upload.state === 'done') throw new AppError('conflict', 'This upload is complete already.')
  if (upload.state === 'aborted') throw new AppError('conflict', 'This upload was given up.')
  if (isOver) throw new AppError('upload_expired', 'This upload has expired. Start it anew.')
}

export async function getUpload(ctx: Ctx, id: UploadId): Promise<Upload> {
  const row = await loadUpload(ctx, id)
  return toUpload(row, await listParts(ctx, [row.id]))
}

/** Open uploads, newest first: what a reloaded page can go on with. */
export async function listUploads(
  ctx: Ctx,
  workspaceId: WorkspaceId,
  { cursor, limit }: PageQuery,
): Promise<Page<Upload>> {
  await requireRole(ctx, workspaceId, 'editor')
  const found = await ctx.db
    .select({ upload: uploads })
    .from(uploads)
    .innerJoin(videos, eq(videos.id, uploads.videoId))
    .where(
      and(
        eq(uploads.workspaceId, workspaceId),
        eq(uploads.state, 'open'),
        gt(uploads.expiresAt, ctx.now()),
        isNull(videos.deletedAt),
        cursor ? lt(uploads.id, cursor as UploadId) : undefined,
      ),
    )
    .orderBy(desc(uploads.id))
    .limit(limit + 1)
  const rows = found.map(({ upload }) => upload)
  const { items, nextCursor } = cutPage(rows, limit, ({ id }) => id)
  const ids = items.map(({ id }) => id)
  const parts = Map.groupBy(await listParts(ctx, ids), (part) => part.uploadId)
  return { items: items.map((row) => toUpload(row, parts.get(row.id) ?? [])), nextCursor }
}

export function toUpload(row: UploadRow, parts: PartRow[]): Upload {
  return {
    id: row.id,
    videoId: row.videoId,
    fileName: row.fileName,
    sizeBytes: row.sizeBytes,
    partSizeBytes: row.partSizeBytes,
    partCount: partCountOf(row),
    state: row.state,
    parts: parts.map(({ partNumber, sizeBytes }) => ({ partNumber, sizeBytes })),
    expiresAt: toTime(row.expiresAt),
    createdAt: toTime(row.createdAt),
  }
}

export async function presignParts(
  ctx: Ctx,
  id: UploadId,
  partNumbers: number[],
): Promise<{ parts: PresignedPart[] }> {
  const upload = await loadUpload(ctx, id)
  requireOpen(ctx, upload)
  for (const partNumber of partNumbers) requirePart(upload, partNumber)
  const expiresAt = toTime(ctx.now() + presignSeconds * 1000)
  const parts = partNumbers.map(async (partNumber) => ({
    partNumber,
    url: await presignPart(ctx, upload, partNumber),
    sizeBytes: sizeOfPart(upload, partNumber),
    expiresAt,
  }))
  return { parts: await Promise.all(parts) }
}

function requirePart(upload: UploadRow, partNumber: number): void {
  const count = partCountOf(upload)
  if (partNumber <= count) return
  throw new AppError('invalid_fields', `This upload has ${count} parts.`, {
    fields: [{ field: 'partNumber', message: `At most ${count}` }],
  })
}

/** Sending a part again replaces it. Throws `size_mismatch`, and `conflict` after the end. */
export async function recordPart(
  ctx: Ctx,
  id: UploadId,
  part: { partNumber: number; etag: string; sizeBytes: number },
): Promise<{ partNumber: number; sizeBytes: number }> {
  const upload = await loadUpload(ctx, id)
  requireOpen(ctx, upload)
  requirePart(upload, part.partNumber)
  const expected = sizeOfPart(upload, part.partNumber)
  if (part.sizeBytes !== expected) {
    throw new AppError('size_mismatch', `Part ${part.partNumber} must have ${expected} bytes.`)
  }
  const etag = part.etag.replaceAll('"', '')
  const [noted] = await notePart(ctx, { ...part, uploadId: id, etag })
  if (!noted) throw new AppError('conflict', 'This upload has ended.')
  ctx.defer(lookEarly(ctx, upload))
  return noted
}
