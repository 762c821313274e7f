import { type SQL, and, eq, isNull } from 'drizzle-orm'
import type { Role } from '#contracts/auth.ts'
import type { WorkspaceId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError, notFound } from '../../core/error.ts'
import { capRole, isAtLeast } from './policy.ts'
import { memberships, workspaces } from './table.ts'

/** What the actor may do in a workspace; the one place where that is read. */
export interface Access {
  /** Undefined for strangers. In a suspended workspace everybody only looks. */
  role: Role | undefined
  /** It is there and not suspended: what it publishes may be seen. */
  isOpen: boolean
}

const none: Access = { role: undefined, isOpen: false }

interface Found {
  id: WorkspaceId
  suspendedAt: number | null
  role: Role | null
}

/** Workspaces that are there, each with the actor's membership. */
async function findAll(ctx: Ctx, which: SQL | undefined): Promise<Found[]> {
  const { actor } = ctx
  const isPerson = actor.kind === 'user' || actor.kind === 'key'
  if (!isPerson) {
    const rows = await ctx.db
      .select({ id: workspaces.id, suspendedAt: workspaces.suspendedAt })
      .from(workspaces)
      .where(and(which, isNull(workspaces.deletedAt)))
    return rows.map((row) => ({ ...row, role: null }))
  }
  const mine = and(eq(memberships.workspaceId, workspaces.id), eq(memberships.userId, actor.userId))
  const rows = await ctx.db
    .select({ id: workspaces.id, suspendedAt: workspaces.suspendedAt, role: memberships.role })
    .from(workspaces)
    .leftJoin(memberships, mine)
    .where(and(which, isNull(workspaces.deletedAt)))
  // A key opens one workspace, whatever else its maker is in.
  return rows.map((row) =>
    actor.kind === 'key' && (row.id !== actor.workspaceId || !row.role)
      ? { ...row, role: null }
      : { ...row, role: row.role && capRole(row.role, actor.kind) },
  )
}

const toAccess = ({ role, suspendedAt }: Found): Access => ({
  role: role ? (suspendedAt === null ? role : 'viewer') : undefined,
  isOpen: suspendedAt === null,
})

export async function findAccess(ctx: Ctx, workspaceId: WorkspaceId): Promise<Access> {
  const [found] = await findAll(ctx, eq(workspaces.id, workspaceId))
  return found ? toAccess(found) : none
}

/** The actor's role; undefined for strangers. */
export const findRole = async (ctx: Ctx, workspaceId: WorkspaceId): Promise<Role | undefined> =>
  (await findAccess(ctx, workspaceId)).role

/** Throws `not_found` for non-members, `suspended`, `forbidden` for lesser roles. */
export async function requireRole(
  ctx: Ctx,
  workspaceId: WorkspaceId,
  atLeast: Role,
): Promise<Role> {
  const { role, isOpen } = await findAccess(ctx, workspaceId)
  if (!role) throw notFound('workspace')
  if (isAtLeast(role, atLeast)) return role
  if (!isOpen)
    throw new AppError('suspended', 'This workspace has been suspended: you can only look.')
  throw new AppError('forbidden', `You need to be ${atLeast} of this workspace to do this.`)
}

/** All of the actor's roles; empty for strangers. */
export async function listRoles(ctx: Ctx): Promise<Map<WorkspaceId, Role>> {
  const { actor } = ctx
  if (actor.kind !== 'user' && actor.kind !== 'key') return new Map()
  const found = await findAll(ctx, eq(memberships.userId, actor.userId))
  return new Map(
    found.flatMap((one) => {
      const { role } = toAccess(one)
      return role ? [[one.id, role] as const] : []
    }),
  )
}
