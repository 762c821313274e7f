import { and, eq, inArray, sql } from 'drizzle-orm'
import type { VideoId } from '#contracts/id.ts'
import type { FilmSummary } from '#media/summary.ts'
import type { Ctx } from '../../core/context.ts'
import { record } from '../../core/record.ts'
import { looksOf } from '../video/moves.ts'
import type { UploadedFile } from './arrival.ts'
import { type SourceRow, type SourceState, sources } from './table.ts'

export async function findSource(ctx: Ctx, videoId: VideoId): Promise<SourceRow | undefined> {
  const [row] = await ctx.db.select().from(sources).where(eq(sources.videoId, videoId))
  return row
}

/** The look missed a byte: nothing is known yet. */
export async function wait(ctx: Ctx, row: SourceRow, needsOffset: number): Promise<SourceRow> {
  await ctx.db
    .update(sources)
    .set({ needsOffset })
    .where(and(eq(sources.videoId, row.videoId), eq(sources.state, 'waiting')))
  return { ...row, needsOffset }
}

const isOpen = (videoId: VideoId) =>
  and(eq(sources.videoId, videoId), inArray(sources.state, ['waiting', 'arriving']))

/** What has arrived plays; how long the film is nobody knows yet. */
export async function grow(
  ctx: Ctx,
  upload: UploadedFile,
  row: SourceRow,
  summary: FilmSummary,
  sizeBytes: number,
): Promise<SourceRow> {
  const { videoId } = upload
  const { opening, obstacle } = summary.verdict
  const state = 'arriving' as const
  await ctx.db.batch([
    ctx.db
      .update(sources)
      .set({ state, opening, obstacle, summary, frontBytes: sizeBytes, updatedAt: ctx.now() })
      .where(isOpen(videoId)),
    playableOf(ctx, upload, row, { state, opening }),
    looksOf(ctx, videoId, { ...toLooks(summary), durationMs: null }, isNow(videoId, state)),
  ])
  return (await findSource(ctx, videoId))!
}

/** The last word on a source. Of two looks at the same time the first one has it. */
export async function settle(
  ctx: Ctx,
  upload: UploadedFile,
  row: SourceRow,
  found: { summary?: FilmSummary; problem?: SourceRow['obstacle'] },
): Promise<SourceRow> {
  const { videoId } = upload
  const { summary = null, problem } = found
  const state = summary?.verdict.isPlayable ? 'playable' : 'unplayable'
  const obstacle = problem ?? summary?.verdict.obstacle ?? null
  const opening = summary?.verdict.opening ?? 'lowest'
  await ctx.db.batch([
    ctx.db
      .update(sources)
      .set({ state, opening, obstacle, summary, needsOffset: null, updatedAt: ctx.now() })
      .where(isOpen(videoId)),
    playableOf(ctx, upload, row, { state, opening }),
    ...(summary ? [looksOf(ctx, videoId, toLooks(summary), isNow(videoId, state))] : []),
  ])
  ctx.log.info('source settled', { videoId, state, opening, obstacle })
  return (await findSource(ctx, videoId))!
}

const isNow = (videoId: VideoId, state: SourceState) =>
  sql`exists (select 1 from sources where video_id = ${videoId} and state = ${state})`

/** The fact that a film can be watched, told once; stands behind the update that made it true. */
function playableOf(
  ctx: Ctx,
  upload: UploadedFile,
  before: SourceRow,
  { state, opening }: Pick<SourceRow, 'state' | 'opening'>,
) {
  const isNew = before.state === 'waiting' && state !== 'unplayable' && opening !== 'audio'
  return record(ctx, 'video.playable', {
    workspaceId: upload.workspaceId,
    videoId: upload.videoId,
    data: { rendition: 'source' },
    when: sql`changes() > 0 and ${isNew ? 1 : 0}`,
  })
}

const toLooks = ({ durationMs, video, audio }: FilmSummary) => ({
  durationMs: Math.max(1, durationMs),
  widthPx: video?.widthPx ?? null,
  heightPx: video?.heightPx ?? null,
  hasVideo: video !== null,
  hasAudio: audio !== null,
})
