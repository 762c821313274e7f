import { type SQL, and, eq, exists, gt, isNull, lte, or } from 'drizzle-orm'
import type { Ctx } from '../../core/context.ts'
import { memberships } from '../workspace/table.ts'
import { apiKeys } from './table.ts'

type Reader = Pick<Ctx, 'db' | 'now'>

/** Its maker has been in the workspace ever since: whoever leaves and comes back makes new keys. */
export const hasMaker = (ctx: Reader): SQL =>
  exists(
    ctx.db
      .select({ userId: memberships.userId })
      .from(memberships)
      .where(
        and(
          eq(memberships.workspaceId, apiKeys.workspaceId),
          eq(memberships.userId, apiKeys.createdBy),
          lte(memberships.createdAt, apiKeys.createdAt),
        ),
      ),
  )

/** The keys that work, as far as they and their makers' memberships say. */
export const isLive = (ctx: Reader): SQL =>
  and(
    isNull(apiKeys.revokedAt),
    or(isNull(apiKeys.endsAt), gt(apiKeys.endsAt, ctx.now())),
    hasMaker(ctx),
  )!
