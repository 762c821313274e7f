import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Membership } from '#contracts/auth.ts'
import type { UserId, WorkspaceId } from '#contracts/id.ts'
import type { Channel } from '#contracts/video.ts'
import { type TranscodeSettings, defaultTranscode } from '#contracts/workspace.ts'
import type { Ctx } from '../../core/context.ts'
import { record } from '../../core/record.ts'
import { requireRole } from './access.ts'
import { memberships, workspaces } from './table.ts'

/** Oldest first, so that one's own workspace leads. */
export async function listMemberships(ctx: Ctx, userId: UserId): Promise<Membership[]> {
  return ctx.db
    .select({
      id: workspaces.id,
      handle: workspaces.handle,
      name: workspaces.name,
      role: memberships.role,
    })
    .from(memberships)
    .innerJoin(workspaces, eq(workspaces.id, memberships.workspaceId))
    .where(and(eq(memberships.userId, userId), isNull(workspaces.deletedAt)))
    .orderBy(asc(memberships.createdAt), asc(workspaces.id))
}

/** What the public sees of workspaces; unknown ids are left out. */
export async function listChannels(
  ctx: Ctx,
  workspaceIds: Iterable<WorkspaceId>,
): Promise<Map<WorkspaceId, Channel>> {
  const ids = [...new Set(workspaceIds)]
  if (ids.length === 0) return new Map()
  // One bound parameter for any number of ids: D1 takes a hundred.
  const wanted = sql`(select value from json_each(${JSON.stringify(ids)}))`
  const rows = await ctx.db
    .select({ id: workspaces.id, handle: workspaces.handle, name: workspaces.name })
    .from(workspaces)
    .where(inArray(workspaces.id, wanted))
  return new Map(rows.map((row) => [row.id, row]))
}

/** How the workspace's films are converted. */
export async function findTranscodeSettings(ctx: Ctx, id: WorkspaceId): Promise<TranscodeSettings> {
  const [row] = await ctx.db
    .select({ transcode: workspaces.transcode })
    .from(workspaces)
    .where(eq(workspaces.id, id))
  return { ...defaultTranscode, ...row?.transcode }
}

/** Throws `not_found` for non-members. */
export async function getTranscodeSettings(ctx: Ctx, id: WorkspaceId): Promise<TranscodeSettings> {
  await requireRole(ctx, id, 'viewer')
  return findTranscodeSettings(ctx, id)
}

/** From the next film on. Writes the named fields and no other. Throws `forbidden` below admins. */
export async function updateTranscodeSettings(
  ctx: Ctx,
  id: WorkspaceId,
  change: { [K in keyof TranscodeSettings]?: TranscodeSettings[K] | undefined },
): Promise<TranscodeSettings> {
  await requireRole(ctx, id, 'admin')
  const patch = JSON.stringify(change)
  await ctx.db.batch([
    ctx.db
      .update(workspaces)
      .set({ transcode: sql`json_patch(coalesce(${workspaces.transcode}, '{}'), ${patch})` })
      .where(eq(workspaces.id, id)),
    record(ctx, 'workspace.updated', {
      workspaceId: id,
      data: { fields: Object.keys(change).join(' ') },
    }),
  ])
  return findTranscodeSettings(ctx, id)
}

export interface NewWorkspace {
  id: WorkspaceId
  handle: string
  name: string
  ownerId: UserId
}

/** Statements for the batch that makes the owner's account. The handle is unique in the table. */
export const insertWorkspace = (ctx: Ctx, { ownerId, ...workspace }: NewWorkspace) =>
  [
    ctx.db.insert(workspaces).values({ ...workspace, createdAt: ctx.now() }),
    ctx.db.insert(memberships).values({
      workspaceId: workspace.id,
      userId: ownerId,
      role: 'owner',
      createdAt: ctx.now(),
    }),
  ] as const
