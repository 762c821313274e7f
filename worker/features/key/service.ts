import { eq } from 'drizzle-orm'
import type { ApiKeyId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { apiKeys } from './table.ts'

/** Writes the one column: whoever revokes the key meanwhile is not undone. */
export async function touchKey(ctx: Ctx, id: ApiKeyId): Promise<void> {
  await ctx.db.update(apiKeys).set({ lastUsedAt: ctx.now() }).where(eq(apiKeys.id, id))
}
