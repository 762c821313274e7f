import { eq } from 'drizzle-orm'
import type { UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { outsideIdentities } from './table.ts'

/** A statement: no account elsewhere opens this one any more. */
export const planForgetOutside = (ctx: Ctx, userId: UserId) =>
  ctx.db.delete(outsideIdentities).where(eq(outsideIdentities.userId, userId))
