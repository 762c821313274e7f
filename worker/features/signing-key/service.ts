import { and, count, desc, eq, isNull, lte, sql } from 'drizzle-orm'
import type * as contract from '#contracts/signing-key.ts'
import type { SigningKey } from '#contracts/signing-key.ts'
import { maxSigningKeys } from '#contracts/limit.ts'
import type { Input } from '#contracts/endpoint.ts'
import type { SigningKeyId, WorkspaceId } from '#contracts/id.ts'
import { requireUser, requireVerified } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError, notFound } from '../../core/error.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { record } from '../../core/record.ts'
import { planMail } from '../mail/service.ts'
import { type UserRow, users } from '../user/table.ts'
import { requireRole } from '../workspace/access.ts'
import { listChannels } from '../workspace/service.ts'
import { toSigningKeyMade } from './mail-words.ts'
import { makePair, readPublicKey } from './pair.ts'
import { type SigningKeyRow, signingKeys } from './table.ts'

type Wish = Input<typeof contract.createSigningKey>['body']

const toTime = (ms: number) => new Date(ms).toISOString()

const toSigningKey = (row: SigningKeyRow, createdBy: string | null): SigningKey => ({
  id: row.id,
  name: row.name,
  algorithm: row.algorithm,
  publicJwk: row.publicJwk,
  createdBy,
  createdAt: toTime(row.createdAt),
  lastUsedAt: row.lastUsedAt === null ? null : toTime(row.lastUsedAt),
})

const liveIn = (workspaceId: WorkspaceId) =>
  and(eq(signingKeys.workspaceId, workspaceId), isNull(signingKeys.revokedAt))

/**
 * A key and, where its pair was made here, this once the private part. It is the workspace's: it
 * outlasts its maker. Throws `forbidden` below admins, `invalid_fields`, and `limit_reached`:
 * parallel calls cannot make more than there may be.
 */
export async function createSigningKey(
  ctx: Ctx,
  workspaceId: WorkspaceId,
  wish: Wish,
): Promise<{ key: SigningKey; privateKey: string | null }> {
  await requireRole(ctx, workspaceId, 'admin')
  requireVerified(ctx.actor)
  const { userId } = requireUser(ctx.actor)
  const [maker] = await ctx.db.select().from(users).where(eq(users.id, userId))
  if (!maker) throw new AppError('unauthorized')
  const { algorithm, publicJwk, privateKey } = wish.publicKey
    ? { ...(await readPublicKey(wish.publicKey)), privateKey: null }
    : await makePair(wish.algorithm!)
  const row: SigningKeyRow = {
    ...{ id: ctx.id('signingKey'), workspaceId, createdBy: userId, name: wish.name },
    ...{ algorithm, publicJwk, createdAt: ctx.now(), lastUsedAt: null, revokedAt: null },
  }
  const live = ctx.db.select({ n: count() }).from(signingKeys).where(liveIn(workspaceId))
  const [[made]] = await ctx.db.batch([
    insertWhere(ctx.db, signingKeys, row, sql`(${live}) < ${maxSigningKeys}`).returning(),
    record(ctx, 'signing_key.created', {
      workspaceId,
      data: { signingKeyId: row.id, name: row.name, algorithm, userId },
      when: sql`changes() > 0`,
    }),
  ])
  if (!made) {
    const sentence = `A workspace has at most ${maxSigningKeys} signing keys: revoke one that is not needed.`
    throw new AppError('limit_reached', sentence)
  }
  // A private key is never shown again, so a notice that cannot be written does not withhold it.
  ctx.defer(sendNotice(ctx, made, maker))
  return { key: toSigningKey(made, maker.displayName), privateKey }
}

async function sendNotice(ctx: Ctx, key: SigningKeyRow, maker: UserRow): Promise<void> {
  const workspace = (await listChannels(ctx, [key.workspaceId])).get(key.workspaceId)?.name ?? ''
  const words = toSigningKeyMade({ name: key.name, workspace })
  await ctx.db.batch(
    await planMail(ctx, { kind: 'key_made', to: maker.email, userId: maker.id, words }),
  )
}

/** Newest first. Throws `forbidden` below admins. */
export async function listSigningKeys(ctx: Ctx, workspaceId: WorkspaceId): Promise<SigningKey[]> {
  await requireRole(ctx, workspaceId, 'admin')
  const rows = await ctx.db
    .select({ key: signingKeys, createdBy: users.displayName })
    .from(signingKeys)
    .leftJoin(users, eq(users.id, signingKeys.createdBy))
    .where(liveIn(workspaceId))
    .orderBy(desc(signingKeys.id))
  return rows.map(({ key, createdBy }) => toSigningKey(key, createdBy))
}

/** What it signed is refused within 5 s. Throws `forbidden` below admins, `not_found` on a repeat. */
export async function revokeSigningKey(
  ctx: Ctx,
  workspaceId: WorkspaceId,
  id: SigningKeyId,
): Promise<void> {
  await requireRole(ctx, workspaceId, 'admin')
  const mine = and(eq(signingKeys.id, id), liveIn(workspaceId))
  const [key] = await ctx.db.select().from(signingKeys).where(mine)
  if (!key) throw notFound('signing key')
  const [[revoked]] = await ctx.db.batch([
    ctx.db.update(signingKeys).set({ revokedAt: ctx.now() }).where(mine).returning(),
    record(ctx, 'signing_key.revoked', {
      workspaceId,
      data: { signingKeyId: id, name: key.name, userId: key.createdBy },
      when: sql`changes() > 0`,
    }),
  ])
  if (!revoked) throw notFound('signing key')
}

const keptMs = 30 * 24 * 3600_000

/** What has been revoked for 30 days is deleted. */
export async function forgetRevokedSigningKeys(ctx: Ctx): Promise<void> {
  await ctx.db.delete(signingKeys).where(lte(signingKeys.revokedAt, ctx.now() - keptMs))
}
