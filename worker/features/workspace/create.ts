import { and, count, eq, sql } from 'drizzle-orm'
import type { Workspace } from '#contracts/workspace.ts'
import { maxWorkspaces } from '#contracts/member.ts'
import type { UserId, WorkspaceId } from '#contracts/id.ts'
import { requireUser, requireVerified } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { countTry } from '../../core/rate-limit.ts'
import { record } from '../../core/record.ts'
import { hasAccount } from './guard.ts'
import { handleTaken, isHandleTaken, isReserved } from './handle.ts'
import { toHandle } from './policy.ts'
import { memberships, workspaces } from './table.ts'
import { getWorkspace } from './view.ts'

interface Wish {
  name: string
  handle?: string | undefined
}

/**
 * One more workspace of the actor's own. Without a wish its handle comes from its name. Throws
 * `email_unverified`, `handle_taken`, `limit_reached`, `rate_limited`.
 */
export async function createWorkspace(ctx: Ctx, { name, handle: wish }: Wish): Promise<Workspace> {
  const { userId } = requireUser(ctx.actor)
  requireVerified(ctx.actor)
  await countTry(ctx, { key: `workspace:create:${userId}`, max: 60, windowMs: 3600_000 })
  if (wish !== undefined && isReserved(wish)) throw handleTaken()
  const id = ctx.id('workspace')
  for (let attempt = 0; ; attempt++) {
    const suffix = attempt === 0 ? '' : crypto.randomUUID().slice(0, 3 + attempt)
    try {
      await write(ctx, { id, name, handle: wish ?? toHandle(name, suffix), userId })
      return await getWorkspace(ctx, id)
    } catch (cause) {
      if (!isHandleTaken(cause)) throw cause
      if (wish !== undefined || attempt === 4) throw handleTaken(cause)
    }
  }
}

interface Owned {
  id: WorkspaceId
  name: string
  handle: string
  userId: UserId
}

/** Throws `limit_reached`: counted when the row is made, so that parallel calls count each other. */
async function write(ctx: Ctx, { id, name, handle, userId }: Owned): Promise<void> {
  const { db } = ctx
  const owned = db
    .select({ count: count() })
    .from(memberships)
    .where(and(eq(memberships.userId, userId), eq(memberships.role, 'owner')))
  const row = { id, handle, name, description: '', createdAt: ctx.now() }
  const member = { workspaceId: id, userId, role: 'owner' as const, createdAt: ctx.now() }
  const hasRoom = sql`${owned} < ${maxWorkspaces} and ${hasAccount(ctx)}`
  const [, , recorded] = await db.batch([
    insertWhere(db, workspaces, row, hasRoom),
    insertWhere(db, memberships, member, sql`changes() > 0`),
    record(ctx, 'workspace.created', { workspaceId: id, when: sql`changes() > 0` }),
  ])
  if (recorded.meta.changes === 0) {
    throw new AppError('limit_reached', `You can own ${maxWorkspaces} workspaces.`)
  }
}
