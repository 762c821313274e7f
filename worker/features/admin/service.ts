import type { AdminUser, AdminWorkspace } from '#contracts/admin.ts'
import type { UserId, WorkspaceId } from '#contracts/id.ts'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { planMail } from '../mail/service.ts'
import type { Words } from '../mail/words.ts'
import { keepsServer } from '../user/keeper.ts'
import { planRestoreUser, planSuspendUser } from '../user/suspend.ts'
import { planRestoreWorkspace, planSuspendWorkspace } from '../workspace/suspend.ts'
import { getUser, getWorkspace } from './list.ts'
import * as words from './mail-words.ts'
import { findObstacle } from './policy.ts'

const tell = ({ id, email }: AdminUser, kind: string, text: Words) => ({
  ...{ kind, to: email, userId: id, words: text },
})

/**
 * Ends every session at once; a repeat changes nothing. Throws `not_found`, `conflict` for oneself
 * and others who keep the server.
 */
export async function suspendUser(ctx: Ctx, id: UserId, reason: string): Promise<AdminUser> {
  const user = await getUser(ctx, id)
  const isAdmin = keepsServer(ctx, user)
  const obstacle = findObstacle(requireUser(ctx.actor).userId, { id, isAdmin })
  if (obstacle) throw new AppError('conflict', obstacle)
  const statements = planSuspendUser(ctx, { userId: id, reason })
  const mail = user.suspendedAt
    ? []
    : await planMail(ctx, tell(user, 'user_suspended', words.toUserSuspended(reason)))
  await ctx.db.batch([...statements, ...mail])
  return getUser(ctx, id)
}

/** Done also where it is not suspended. Throws `not_found`. */
export async function restoreUser(ctx: Ctx, id: UserId): Promise<AdminUser> {
  const user = await getUser(ctx, id)
  if (!user.suspendedAt) return user
  const mail = await planMail(ctx, tell(user, 'user_restored', words.toUserRestored()))
  await ctx.db.batch([...planRestoreUser(ctx, id), ...mail])
  return getUser(ctx, id)
}

const tellOwner = async (ctx: Ctx, { ownerEmail }: AdminWorkspace, kind: string, text: Words) =>
  ownerEmail ? planMail(ctx, { kind, to: ownerEmail, words: text }) : []

/** A repeat changes nothing. Throws `not_found`. */
export async function suspendWorkspace(
  ctx: Ctx,
  id: WorkspaceId,
  reason: string,
): Promise<AdminWorkspace> {
  const workspace = await getWorkspace(ctx, id)
  const statements = planSuspendWorkspace(ctx, { workspaceId: id, reason })
  const text = words.toWorkspaceSuspended(workspace.name, reason)
  const mail = workspace.suspendedAt
    ? []
    : await tellOwner(ctx, workspace, 'workspace_suspended', text)
  await ctx.db.batch([...statements, ...mail])
  return getWorkspace(ctx, id)
}

/** Done also where it is not suspended. Throws `not_found`. */
export async function restoreWorkspace(ctx: Ctx, id: WorkspaceId): Promise<AdminWorkspace> {
  const workspace = await getWorkspace(ctx, id)
  if (!workspace.suspendedAt) return workspace
  const text = words.toWorkspaceRestored(workspace.name)
  const mail = await tellOwner(ctx, workspace, 'workspace_restored', text)
  await ctx.db.batch([...planRestoreWorkspace(ctx, id), ...mail])
  return getWorkspace(ctx, id)
}
