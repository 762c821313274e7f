import { and, desc, eq, inArray, isNotNull, isNull, lt, or, sql } from 'drizzle-orm'
import type { Role } from '#contracts/auth.ts'
import type { Chapter } from '#contracts/chapter.ts'
import type { VideoId, WorkspaceId } from '#contracts/id.ts'
import type { Page, PageQuery } from '#contracts/page.ts'
import type { Downloads, Encryption, Video, Visibility } from '#contracts/video.ts'
import type { Ctx } from '../../core/context.ts'
import { requireVerified } from '../../core/actor.ts'
import { AppError, notFound } from '../../core/error.ts'
import { cutPage } from '../../core/page.ts'
import { record } from '../../core/record.ts'
import { randomSecret } from '../../core/secret.ts'
import { findAccess, requireRole } from '../workspace/access.ts'
import { workspaces } from '../workspace/table.ts'
import { removalOf } from './moves.ts'
import { canEdit, canWatch } from './policy.ts'
import { type VideoRow, videos } from './table.ts'
import { toVideos } from './view.ts'

/** Strangers cannot tell a private video from a missing one: both throw the same `not_found`. */
export async function loadVideo(
  ctx: Ctx,
  id: VideoId,
): Promise<{ row: VideoRow; role: Role | undefined }> {
  const [row] = await ctx.db
    .select()
    .from(videos)
    .where(and(eq(videos.id, id), isNull(videos.deletedAt)))
  const access = row && (await findAccess(ctx, row.workspaceId))
  if (!row || !access || !canWatch(row, access)) throw notFound('video')
  return { row, role: access.role }
}

/** Throws `not_found` for strangers of a private video and `forbidden` for those who only watch. */
export async function loadEditableVideo(ctx: Ctx, id: VideoId): Promise<VideoRow> {
  const { row, role } = await loadVideo(ctx, id)
  if (!canEdit(role)) throw new AppError('forbidden', 'You cannot edit this video.')
  return row
}

async function view(ctx: Ctx, row: VideoRow): Promise<Video> {
  const [video] = await toVideos(ctx, [row])
  return video!
}

export async function getVideo(ctx: Ctx, id: VideoId): Promise<Video> {
  return view(ctx, (await loadVideo(ctx, id)).row)
}

/** Newest first. Ids sort by time, so the last id shown is the cursor. */
export async function listWorkspaceVideos(
  ctx: Ctx,
  workspaceId: WorkspaceId,
  { cursor, limit }: PageQuery,
): Promise<Page<Video>> {
  await requireRole(ctx, workspaceId, 'viewer')
  const rows = await ctx.db
    .select()
    .from(videos)
    .where(
      and(
        eq(videos.workspaceId, workspaceId),
        isNull(videos.deletedAt),
        cursor ? lt(videos.id, cursor as VideoId) : undefined,
      ),
    )
    .orderBy(desc(videos.id))
    .limit(limit + 1)
  return toPage(ctx, rows, limit, (row) => row.id)
}

/** Newest publication first; the cursor is `<publishedAt>.<id>` of the last one shown. */
export async function listPublicVideos(
  ctx: Ctx,
  { cursor, limit }: PageQuery,
): Promise<Page<Video>> {
  const [time = '', id = ''] = cursor?.split('.') ?? []
  const before = cursor
    ? or(
        lt(videos.publishedAt, Number(time) || 0),
        and(eq(videos.publishedAt, Number(time) || 0), lt(videos.id, id as VideoId)),
      )
    : undefined
  const rows = await ctx.db
    .select()
    .from(videos)
    .where(
      and(
        eq(videos.visibility, 'public'),
        eq(videos.status, 'ready'),
        isNull(videos.deletedAt),
        inArray(videos.workspaceId, openWorkspaces(ctx)),
        before,
      ),
    )
    .orderBy(desc(videos.publishedAt), desc(videos.id))
    .limit(limit + 1)
  return toPage(ctx, rows, limit, (row) => `${row.publishedAt}.${row.id}`)
}

const openWorkspaces = (ctx: Ctx) =>
  ctx.db
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(and(isNull(workspaces.deletedAt), isNull(workspaces.suspendedAt)))

async function toPage(
  ctx: Ctx,
  rows: VideoRow[],
  limit: number,
  toCursor: (row: VideoRow) => string,
): Promise<Page<Video>> {
  const { items, nextCursor } = cutPage(rows, limit, toCursor)
  return { items: await toVideos(ctx, items), nextCursor }
}

interface VideoChange {
  title?: string | undefined
  description?: string | undefined
  visibility?: Visibility | undefined
  poster?: number | undefined
  embedDomains?: string[] | null | undefined
  downloads?: Downloads | undefined
  encryption?: Encryption | undefined
}

/**
 * Writes the named fields and no other, so that two people, or two autosaves, keep each other's
 * changes. Throws `email_unverified` where others would see it. Making a video private raises its epoch, which ends every playback link given so far.
 */
export async function updateVideo(ctx: Ctx, id: VideoId, change: VideoChange): Promise<Video> {
  const row = await loadEditableVideo(ctx, id)
  const { title, description, visibility, poster, embedDomains, downloads, encryption } = change
  if (visibility !== undefined && visibility !== 'private') requireVerified(ctx.actor)
  const [[updated]] = await ctx.db.batch([
    ctx.db
      .update(videos)
      .set({
        ...(title !== undefined && { title }),
        ...(description !== undefined && { description }),
        ...(poster !== undefined && { poster }),
        ...(embedDomains !== undefined && { embedDomains }),
        ...(downloads !== undefined && { downloads }),
        ...(encryption !== undefined && encryptionMove(encryption)),
        ...(visibility !== undefined && visibilityMove(ctx, visibility)),
        updatedAt: ctx.now(),
      })
      .where(and(eq(videos.id, id), isNull(videos.deletedAt)))
      .returning(),
    record(ctx, 'video.updated', {
      workspaceId: row.workspaceId,
      videoId: id,
      data: { fields: Object.keys(change).join(' '), ...(visibility && { visibility }) },
      when: sql`changes() > 0`,
    }),
  ])
  if (!updated) throw notFound('video')
  return view(ctx, updated)
}

/** Its first secret stays for good: browsers keep what was encrypted with it. */
const encryptionMove = (encryption: Encryption) => ({
  encryption,
  ...(encryption !== 'none' && {
    encryptionSecret: sql`coalesce(${videos.encryptionSecret}, ${randomSecret()})`,
  }),
})

/** What follows is decided on the row as it is when the statement runs. */
const visibilityMove = (ctx: Ctx, visibility: Visibility) =>
  visibility === 'private'
    ? {
        visibility,
        epoch: sql`${videos.epoch} + (${videos.visibility} <> 'private')`,
      }
    : {
        visibility,
        publishedAt: sql`case when ${videos.status} = 'ready'
          then coalesce(${videos.publishedAt}, ${ctx.now()}) else ${videos.publishedAt} end`,
      }

/** The whole list at once; an empty one leaves it to the description. */
export async function setChapters(ctx: Ctx, id: VideoId, chapters: Chapter[]): Promise<Video> {
  const row = await loadEditableVideo(ctx, id)
  const [[updated]] = await ctx.db.batch([
    ctx.db
      .update(videos)
      .set({ chapters: chapters.length > 0 ? chapters : null, updatedAt: ctx.now() })
      .where(and(eq(videos.id, id), isNull(videos.deletedAt)))
      .returning(),
    record(ctx, 'video.updated', {
      workspaceId: row.workspaceId,
      videoId: id,
      data: { fields: 'chapters' },
      when: sql`changes() > 0`,
    }),
  ])
  if (!updated) throw notFound('video')
  return view(ctx, updated)
}

/** Gone at once for everybody; its objects are deleted by the listener of `video.deleted`. */
export async function deleteVideo(ctx: Ctx, id: VideoId): Promise<void> {
  const row = await loadEditableVideo(ctx, id)
  await ctx.db.batch(removalOf(ctx, row))
}

/** Says that nothing of it is left in storage, so that the sweep leaves the row alone. */
export async function markPurged(ctx: Ctx, id: VideoId): Promise<void> {
  await ctx.db
    .update(videos)
    .set({ purgedAt: ctx.now() })
    .where(and(eq(videos.id, id), isNotNull(videos.deletedAt)))
}
