import { and, eq, sql } from 'drizzle-orm'
import type { UploadId, VideoId } from '#contracts/id.ts'
import { MediaError, MissingBytes } from '#media/film.ts'
import { indexFilm, listSegments, readHead } from '#media/index.ts'
import type { FilmSummary } from '#media/summary.ts'
import type { Ctx } from '../../core/context.ts'
import { record } from '../../core/record.ts'
import { listArrived, partsSource } from '../upload/source.ts'
import type { UploadRow } from '../upload/table.ts'
import { looksOf } from '../video/moves.ts'
import { firstMissing } from './arrival.ts'
import { type SourceRow, sources } from './table.ts'

type UploadedFile = Pick<
  UploadRow,
  'id' | 'videoId' | 'workspaceId' | 'objectKey' | 'sizeBytes' | 'partSizeBytes'
>
/** Part number → ETag of what is there, and whether that is the whole file. */
interface Arrival {
  parts: ReadonlyMap<number, string>
  isWhole: boolean
}

/** While parts arrive; a file that is read from end to end waits for its last one. */
const maxEarlyLooks = 6
/** A look that never came back broke its Worker: after so many the file is left alone. */
const maxLooks = 10

export const indexKey = (videoId: VideoId, uploadId: UploadId): string =>
  `v/${videoId}/s/${uploadId}/index`

export async function findSource(ctx: Ctx, videoId: VideoId): Promise<SourceRow | undefined> {
  const [row] = await ctx.db.select().from(sources).where(eq(sources.videoId, videoId))
  return row
}

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
  if (known && (known.state !== 'waiting' || !isWorthALook(upload, known, arrival))) return known
  const row = await countLook(ctx, upload)
  if (row.state !== 'waiting') return row
  if (row.looks > maxLooks) return settle(ctx, upload, 'internal')
  return look(ctx, upload, row, arrival)
}

/** While parts still arrive; with the last one `completeUpload` looks. */
export async function lookEarly(ctx: Ctx, upload: UploadedFile): Promise<void> {
  const parts = await listArrived(ctx, upload.id)
  const isWhole = parts.size >= Math.ceil(upload.sizeBytes / upload.partSizeBytes)
  if (!isWhole) await lookAtSource(ctx, upload, { parts, isWhole })
}

function isWorthALook(upload: UploadedFile, row: SourceRow, { parts, isWhole }: Arrival): boolean {
  if (isWhole) return true
  const needed = Math.floor((row.needsOffset ?? 0) / upload.partSizeBytes) + 1
  return row.looks < maxEarlyLooks && parts.has(1) && parts.has(needed)
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

async function look(
  ctx: Ctx,
  upload: UploadedFile,
  row: SourceRow,
  { parts, isWhole }: Arrival,
): Promise<SourceRow> {
  const { objectKey: key, sizeBytes, partSizeBytes: partBytes } = upload
  const source = partsSource(ctx.env.MEDIA, {
    ...{ key, sizeBytes, partBytes },
    ...(isWhole ? { etags: parts } : { arrived: parts }),
  })
  try {
    const { summary, index } = await indexFilm(source)
    if (!index) return await settle(ctx, upload, null, summary)
    const missing = isWhole ? undefined : missingForStart(index, upload, parts)
    if (missing !== undefined) return await wait(ctx, row, missing)
    await ctx.env.MEDIA.put(indexKey(upload.videoId, upload.id), index, {
      customMetadata: { sourceKey: key, partBytes: `${partBytes}` },
    })
    return await settle(ctx, upload, null, summary)
  } catch (error) {
    if (error instanceof MissingBytes && !isWhole) return wait(ctx, row, error.offset)
    if (error instanceof MediaError) return settle(ctx, upload, error.problem)
    ctx.log.error('source was not read', error, { videoId: upload.videoId })
    return isWhole ? settle(ctx, upload, 'internal') : row
  }
}

/** A film that cannot show its first segment yet does not play yet. */
function missingForStart(index: Uint8Array, upload: UploadedFile, parts: Arrival['parts']) {
  const head = readHead(index)
  const first = (['video', 'audio'] as const).flatMap((kind) => listSegments(head, kind)[0] ?? [])
  return first
    .map(({ from, to }) => firstMissing(upload.partSizeBytes, parts, from, to))
    .find((offset) => offset !== undefined)
}

async function wait(ctx: Ctx, row: SourceRow, needsOffset: number): Promise<SourceRow> {
  await ctx.db
    .update(sources)
    .set({ needsOffset })
    .where(and(eq(sources.videoId, row.videoId), eq(sources.state, 'waiting')))
  return { ...row, needsOffset }
}

/** The last word on a source. Of two looks at the same time the first one has it. */
async function settle(
  ctx: Ctx,
  upload: UploadedFile,
  problem: SourceRow['obstacle'],
  summary: FilmSummary | null = null,
): Promise<SourceRow> {
  const { videoId } = upload
  const isPlayable = summary?.verdict.isPlayable ?? false
  const state = isPlayable ? 'playable' : 'unplayable'
  const obstacle = problem ?? summary?.verdict.obstacle ?? null
  const isSettled = sql`exists (
    select 1 from sources where video_id = ${videoId} and state = ${state} and updated_at = ${ctx.now()})`
  const opening = summary?.verdict.opening ?? 'lowest'
  await ctx.db.batch([
    ctx.db
      .update(sources)
      .set({ state, opening, obstacle, summary, needsOffset: null, updatedAt: ctx.now() })
      .where(and(eq(sources.videoId, videoId), eq(sources.state, 'waiting'))),
    record(ctx, 'video.playable', {
      workspaceId: upload.workspaceId,
      videoId,
      data: { rendition: 'source' },
      when: sql`changes() > 0 and ${state} = 'playable' and ${opening} <> 'audio'`,
    }),
    ...(summary ? [looksOf(ctx, videoId, toLooks(summary), isSettled)] : []),
  ])
  ctx.log.info('source settled', { videoId, state, opening, obstacle })
  return (await findSource(ctx, videoId))!
}

const toLooks = ({ durationMs, video, audio }: FilmSummary) => ({
  durationMs: Math.max(1, durationMs),
  widthPx: video?.widthPx ?? null,
  heightPx: video?.heightPx ?? null,
  hasVideo: video !== null,
  hasAudio: audio !== null,
})
