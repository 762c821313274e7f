import { and, eq, isNull, lte, or } from 'drizzle-orm'
import type { SigningKeyId, WorkspaceId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { type SigningKeyRow, signingKeys } from './table.ts'

type Reader = Pick<Ctx, 'db' | 'now'>

/** One that has not been revoked. */
export async function findSigningKey(
  { db }: Pick<Ctx, 'db'>,
  id: SigningKeyId,
): Promise<SigningKeyRow | undefined> {
  const [key] = await db
    .select()
    .from(signingKeys)
    .where(and(eq(signingKeys.id, id), isNull(signingKeys.revokedAt)))
  return key
}

/** How exact "last used" is: more would be a write a request. */
const touchEveryMs = 60_000

/** Does it still open videos of that workspace? Notes that it was used. */
export async function useSigningKey(
  ctx: Reader & Pick<Ctx, 'defer'>,
  id: SigningKeyId,
  workspaceId: WorkspaceId,
): Promise<boolean> {
  const key = await findSigningKey(ctx, id)
  if (key?.workspaceId !== workspaceId) return false
  if (ctx.now() - (key.lastUsedAt ?? 0) >= touchEveryMs) ctx.defer(touch(ctx, id))
  return true
}

/** Writes the one column, once a minute: whoever revokes the key meanwhile is not undone. */
async function touch(ctx: Reader, id: SigningKeyId): Promise<void> {
  const isDue = or(
    isNull(signingKeys.lastUsedAt),
    lte(signingKeys.lastUsedAt, ctx.now() - touchEveryMs),
  )
  await ctx.db
    .update(signingKeys)
    .set({ lastUsedAt: ctx.now() })
    .where(and(eq(signingKeys.id, id), isDue))
}
