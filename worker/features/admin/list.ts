import { type Column, type SQL, and, desc, eq, isNull, lt, or, sql } from 'drizzle-orm'
import type { AdminUser, AdminWorkspace } from '#contracts/admin.ts'
import type { UserId, WorkspaceId } from '#contracts/id.ts'
import type { Page, PageQuery } from '#contracts/page.ts'
import type { Ctx } from '../../core/context.ts'
import { notFound } from '../../core/error.ts'
import { cutPage } from '../../core/page.ts'
import { users } from '../user/table.ts'
import { workspaces } from '../workspace/table.ts'

export interface Search extends PageQuery {
  search?: string | undefined
}

/** D1 bounds the patterns of `like` at 50 bytes, and this needs no escapes. */
const holds = (column: Column, search: string): SQL =>
  sql`instr(lower(${column}), lower(${search})) > 0`

const toTime = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

// Tables of sub-selects are named in words: a query of one table writes its columns without it.
const userFields = {
  row: users,
  workspaceCount: sql<number>`(select count(*) from memberships m
    join workspaces w on w.id = m.workspace_id
    where m.user_id = users.id and w.deleted_at is null)`,
  hasSecondFactor: sql<number>`(
    exists (select 1 from totp_factors t where t.user_id = users.id and t.confirmed_at is not null)
    or exists (select 1 from passkeys p where p.user_id = users.id))`,
  lastSeenAt: sql<number | null>`(select max(s.last_seen_at) from sessions s
    where s.user_id = users.id)`,
}

const selectUsers = async (ctx: Ctx, which: SQL | undefined, limit: number): Promise<AdminUser[]> =>
  (
    await ctx.db.select(userFields).from(users).where(which).orderBy(desc(users.id)).limit(limit)
  ).map(({ row, workspaceCount, hasSecondFactor, lastSeenAt }) => ({
    ...{ id: row.id, email: row.email, displayName: row.displayName, workspaceCount },
    isEmailVerified: row.emailVerifiedAt !== null,
    hasSecondFactor: hasSecondFactor === 1,
    lastSeenAt: toTime(lastSeenAt),
    createdAt: new Date(row.createdAt).toISOString(),
    suspendedAt: toTime(row.suspendedAt),
    suspendedFor: row.suspendedFor,
  }))

/** Newest first. */
export async function listUsers(
  ctx: Ctx,
  { search, cursor, limit }: Search,
): Promise<Page<AdminUser>> {
  const named = search
    ? or(holds(users.email, search), holds(users.displayName, search))
    : undefined
  const before = cursor ? lt(users.id, cursor as UserId) : undefined
  return cutPage(await selectUsers(ctx, and(named, before), limit + 1), limit, ({ id }) => id)
}

/** Throws `not_found`. */
export async function getUser(ctx: Ctx, id: UserId): Promise<AdminUser> {
  const [user] = await selectUsers(ctx, eq(users.id, id), 1)
  if (!user) throw notFound('account')
  return user
}

const owners = sql`from memberships m join users u on u.id = m.user_id
  where m.workspace_id = workspaces.id and m.role = 'owner' order by m.created_at limit 1`

const workspaceFields = {
  row: workspaces,
  ownerEmail: sql<string | null>`(select u.email ${owners})`,
  memberCount: sql<number>`(select count(*) from memberships m
    where m.workspace_id = workspaces.id)`,
  videoCount: sql<number>`(select count(*) from videos v
    where v.workspace_id = workspaces.id and v.deleted_at is null)`,
}

async function selectWorkspaces(
  ctx: Ctx,
  which: SQL | undefined,
  limit: number,
): Promise<AdminWorkspace[]> {
  const rows = await ctx.db
    .select(workspaceFields)
    .from(workspaces)
    .where(and(which, isNull(workspaces.deletedAt)))
    .orderBy(desc(workspaces.id))
    .limit(limit)
  return rows.map(({ row, ownerEmail, memberCount, videoCount }) => ({
    ...{ id: row.id, handle: row.handle, name: row.name, ownerEmail, memberCount, videoCount },
    createdAt: new Date(row.createdAt).toISOString(),
    suspendedAt: toTime(row.suspendedAt),
    suspendedFor: row.suspendedFor,
  }))
}

/** Newest first; deleted ones are left out. */
export async function listWorkspaces(
  ctx: Ctx,
  { search, cursor, limit }: Search,
): Promise<Page<AdminWorkspace>> {
  const named = search
    ? or(
        holds(workspaces.name, search),
        holds(workspaces.handle, search),
        sql`instr(lower((select u.email ${owners})), lower(${search})) > 0`,
      )
    : undefined
  const before = cursor ? lt(workspaces.id, cursor as WorkspaceId) : undefined
  return cutPage(await selectWorkspaces(ctx, and(named, before), limit + 1), limit, ({ id }) => id)
}

/** Throws `not_found`, also for a deleted one. */
export async function getWorkspace(ctx: Ctx, id: WorkspaceId): Promise<AdminWorkspace> {
  const [workspace] = await selectWorkspaces(ctx, eq(workspaces.id, id), 1)
  if (!workspace) throw notFound('workspace')
  return workspace
}
