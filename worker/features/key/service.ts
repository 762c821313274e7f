import { and, count, desc, eq, isNull, lte, not, or, sql } from 'drizzle-orm'
import { type ApiKey, type createApiKey as contract, maxApiKeys } from '#contracts/api-key.ts'
import type { Input } from '#contracts/endpoint.ts'
import type { ApiKeyId, UserId, WorkspaceId } from '#contracts/id.ts'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError, notFound } from '../../core/error.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { record } from '../../core/record.ts'
import { sha256Hex } from '../../core/secret.ts'
import { planMail } from '../mail/service.ts'
import { type UserRow, users } from '../user/table.ts'
import { requireRole } from '../workspace/access.ts'
import { listChannels } from '../workspace/service.ts'
import { hasMaker, isLive } from './live.ts'
import { toKeyMade } from './mail-words.ts'
import { newSecret, planEnd, toApiKey, toPrefix } from './policy.ts'
import { type ApiKeyRow, apiKeys } from './table.ts'

type NewKey = Input<typeof contract>['body']

/**
 * A key and, this once, its secret. Throws `forbidden` below admins, `limit_reached`: parallel calls
 * cannot make more than there may be.
 */
export async function createApiKey(
  ctx: Ctx,
  workspaceId: WorkspaceId,
  { name, scopes, lifeDays }: NewKey,
): Promise<{ key: ApiKey; secret: string }> {
  await requireRole(ctx, workspaceId, 'admin')
  const maker = await getMaker(ctx, requireUser(ctx.actor).userId)
  const secret = newSecret()
  const row: ApiKeyRow = {
    ...{ id: ctx.id('apiKey'), workspaceId, createdBy: maker.id, name, scopes },
    prefix: toPrefix(secret),
    hash: await sha256Hex(secret),
    createdAt: ctx.now(),
    endsAt: planEnd(ctx.now(), lifeDays),
    lastUsedAt: null,
    revokedAt: null,
  }
  const live = ctx.db.select({ n: count() }).from(apiKeys).where(liveIn(ctx, workspaceId))
  const [[made]] = await ctx.db.batch([
    insertWhere(ctx.db, apiKeys, row, sql`(${live}) < ${maxApiKeys}`).returning(),
    record(ctx, 'key.created', {
      workspaceId,
      data: { keyId: row.id, name, scopes: scopes.join(' '), userId: maker.id },
      when: sql`changes() > 0`,
    }),
  ])
  if (!made) {
    const sentence = `A workspace has at most ${maxApiKeys} keys: revoke one that is not needed.`
    throw new AppError('limit_reached', sentence)
  }
  // The secret is never shown again, so a notice that cannot be written does not withhold it.
  ctx.defer(sendNotice(ctx, made, maker))
  return { key: toApiKey(made, maker.displayName), secret }
}

async function getMaker(ctx: Ctx, id: UserId): Promise<UserRow> {
  const [maker] = await ctx.db.select().from(users).where(eq(users.id, id))
  if (!maker) throw new AppError('unauthorized')
  return maker
}

async function sendNotice(ctx: Ctx, key: ApiKeyRow, maker: UserRow): Promise<void> {
  const workspace = (await listChannels(ctx, [key.workspaceId])).get(key.workspaceId)?.name ?? ''
  const words = toKeyMade({ name: key.name, prefix: key.prefix, workspace })
  await ctx.db.batch(
    await planMail(ctx, { kind: 'key_made', to: maker.email, userId: maker.id, words }),
  )
}

const liveIn = (ctx: Ctx, workspaceId: WorkspaceId) =>
  and(eq(apiKeys.workspaceId, workspaceId), isLive(ctx))

/** Newest first. Throws `forbidden` below admins. */
export async function listApiKeys(ctx: Ctx, workspaceId: WorkspaceId): Promise<ApiKey[]> {
  await requireRole(ctx, workspaceId, 'admin')
  const rows = await ctx.db
    .select({ key: apiKeys, createdBy: users.displayName })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.createdBy))
    .where(liveIn(ctx, workspaceId))
    .orderBy(desc(apiKeys.id))
  return rows.map(({ key, createdBy }) => toApiKey(key, createdBy))
}

/** Refused from the next request on. Throws `forbidden` below admins, `not_found` also on a repeat. */
export async function revokeApiKey(
  ctx: Ctx,
  workspaceId: WorkspaceId,
  id: ApiKeyId,
): Promise<void> {
  await requireRole(ctx, workspaceId, 'admin')
  const mine = and(
    eq(apiKeys.id, id),
    eq(apiKeys.workspaceId, workspaceId),
    isNull(apiKeys.revokedAt),
  )
  const [key] = await ctx.db.select().from(apiKeys).where(mine)
  if (!key) throw notFound('API key')
  const [[revoked]] = await ctx.db.batch([
    ctx.db.update(apiKeys).set({ revokedAt: ctx.now() }).where(mine).returning(),
    record(ctx, 'key.revoked', {
      workspaceId,
      data: { keyId: id, name: key.name, userId: key.createdBy },
      when: sql`changes() > 0`,
    }),
  ])
  if (!revoked) throw notFound('API key')
}

/** How exact "last used" is: more would be a write a request. */
const touchEveryMs = 60_000

export const wantsTouch = (ctx: Ctx, { lastUsedAt }: ApiKeyRow): boolean =>
  ctx.now() - (lastUsedAt ?? 0) >= touchEveryMs

/** Writes the one column, once a minute: whoever revokes the key meanwhile is not undone. */
export async function touchKey(ctx: Ctx, id: ApiKeyId): Promise<void> {
  const isDue = or(isNull(apiKeys.lastUsedAt), lte(apiKeys.lastUsedAt, ctx.now() - touchEveryMs))
  await ctx.db
    .update(apiKeys)
    .set({ lastUsedAt: ctx.now() })
    .where(and(eq(apiKeys.id, id), isDue))
}

const keptMs = 30 * 24 * 3600_000

/** Keys whose maker has left are over; what has been over for 30 days is deleted. */
export async function forgetEndedKeys(ctx: Ctx): Promise<void> {
  const long = ctx.now() - keptMs
  await ctx.db.batch([
    ctx.db
      .update(apiKeys)
      .set({ revokedAt: ctx.now() })
      .where(and(isNull(apiKeys.revokedAt), not(hasMaker(ctx)))),
    ctx.db.delete(apiKeys).where(or(lte(apiKeys.revokedAt, long), lte(apiKeys.endsAt, long))),
  ])
}
