import { and, eq, lt, sql } from 'drizzle-orm'
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Endpoint } from '#contracts/endpoint.ts'
import { actorName } from './actor.ts'
import { timeColumn } from './column.ts'
import type { Ctx } from './context.ts'
import { AppError } from './error.ts'
import { sha256Hex } from './secret.ts'

export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    key: text('key').notNull(),
    scope: text('scope').notNull(),
    bodyHash: text('body_hash').notNull(),
    status: integer('status'),
    reply: text('reply'),
    createdAt: timeColumn('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.scope, table.key] })],
)

const lifeMs = 24 * 3600_000
/** A first request that says nothing for so long has died; the key is free again. */
const pendingMs = 60_000

interface Repeatable {
  key: string
  contract: Endpoint
  path: string
  bodyText: string
}

/**
 * Runs `act` once for a key of one actor and route; repeats get the stored reply. Failures are not
 * kept, so a client may try again. Throws `idempotency_mismatch` and `idempotency_in_progress`.
 */
export async function onceOnly(
  ctx: Ctx,
  request: Repeatable,
  act: () => Promise<Response>,
): Promise<Response> {
  if (request.key.length > 200) throw new AppError('invalid_request', 'The key is too long.')
  const actor = actorName(ctx.actor)
  const scope = `${actor} ${request.contract.id} ${request.path}`
  const bodyHash = await sha256Hex(request.bodyText)
  const mine = and(eq(idempotencyKeys.scope, scope), eq(idempotencyKeys.key, request.key))
  const stale = sql`${idempotencyKeys.createdAt} < ${ctx.now() - lifeMs}
    or (${idempotencyKeys.status} is null and ${idempotencyKeys.createdAt} < ${ctx.now() - pendingMs})`

  const [, claimed] = await ctx.db.batch([
    ctx.db.delete(idempotencyKeys).where(and(mine, stale)),
    ctx.db
      .insert(idempotencyKeys)
      .values({ key: request.key, scope, bodyHash, createdAt: ctx.now() })
      .onConflictDoNothing()
      .returning(),
  ])
  if (claimed.length === 0) return repeat(ctx, mine, bodyHash)

  let response: Response
  try {
    response = await act()
  } catch (error) {
    await ctx.db.delete(idempotencyKeys).where(mine)
    throw error
  }
  // It is done whether or not the reply can be kept: to say that it failed would invite a second.
  const reply = await response.clone().text()
  await ctx.db
    .update(idempotencyKeys)
    .set({ status: response.status, reply })
    .where(mine)
    .catch((error: unknown) => ctx.log.error('a reply was not kept', error))
  return response
}

async function repeat(ctx: Ctx, mine: ReturnType<typeof and>, bodyHash: string): Promise<Response> {
  const [first] = await ctx.db.select().from(idempotencyKeys).where(mine)
  if (!first) throw new AppError('idempotency_in_progress')
  if (first.bodyHash !== bodyHash) throw new AppError('idempotency_mismatch')
  if (first.status === null) throw new AppError('idempotency_in_progress')
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  return new Response(first.reply, { status: first.status, headers })
}

/** Drops keys past their day. */
export async function forgetOldKeys(ctx: Ctx): Promise<void> {
  await ctx.db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, ctx.now() - lifeMs))
}
