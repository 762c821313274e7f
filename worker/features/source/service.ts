import { sql } from 'drizzle-orm'
import type { Ctx } from '../../core/context.ts'
import { listArrived } from '../upload/source.ts'
import { type Arrival, type UploadedFile, frontOf } from './arrival.ts'
import { look } from './look.ts'
import { type SourceRow, sources } from './table.ts'
import { findSource, settle } from './verdict.ts'

export { findSource }

/** While parts arrive. */
const maxEarlyLooks = 12
/** A look that never came back broke its Worker: after so many the file is left alone. */
const maxLooks = 16
/** A file without an index is read again each time that so much more of its start is there. */
const minGrowth = 1.5

/**
 * Reads the index of an uploaded file, as soon as the bytes that hold it are there, and keeps it
 * for the cutter. From then on the file plays. Answers what is known of it now; a repeat looks only
 * while nothing is. Never throws for what the file holds.
 */
export async function lookAtSource(
  ctx: Ctx,
  upload: UploadedFile,
  arrival: Arrival,
): Promise<SourceRow> {
  const known = await findSource(ctx, upload.videoId)
  if (known && (isSettled(known) || !isWorthALook(upload, known, arrival))) return known
  const row = await countLook(ctx, upload)
  if (isSettled(row)) return row
  if (row.looks > maxLooks) return settle(ctx, upload, row, { problem: 'internal' })
  return look(ctx, upload, row, arrival)
}

/** While parts still arrive; with the last one `completeUpload` looks. */
export async function lookEarly(ctx: Ctx, upload: UploadedFile): Promise<void> {
  const parts = await listArrived(ctx, upload.id)
  const isWhole = parts.size >= Math.ceil(upload.sizeBytes / upload.partSizeBytes)
  if (!isWhole) await lookAtSource(ctx, upload, { parts, isWhole })
}

const isSettled = ({ state }: SourceRow) => state === 'playable' || state === 'unplayable'

function isWorthALook(upload: UploadedFile, row: SourceRow, { parts, isWhole }: Arrival): boolean {
  if (isWhole) return true
  if (row.looks >= maxEarlyLooks || !parts.has(1)) return false
  if (row.frontBytes !== null) return frontOf(upload, parts) >= row.frontBytes * minGrowth
  return parts.has(Math.floor((row.needsOffset ?? 0) / upload.partSizeBytes) + 1)
}

async function countLook(ctx: Ctx, upload: UploadedFile): Promise<SourceRow> {
  const now = ctx.now()
  const [row] = await ctx.db
    .insert(sources)
    .values({
      videoId: upload.videoId,
      uploadId: upload.id,
      state: 'waiting',
      opening: 'lowest',
      looks: 1,
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoUpdate({
      target: sources.videoId,
      set: { looks: sql`${sources.looks} + 1`, updatedAt: now },
    })
    .returning()
  return row!
}
