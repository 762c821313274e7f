import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import type { WorkspaceId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { record } from '../../core/record.ts'
import { workspaces } from './table.ts'

interface Suspension {
  workspaceId: WorkspaceId
  /** For its members to read. */
  reason: string
}

/** Statements that close a workspace. A repeat changes nothing; another reason replaces. */
export const planSuspendWorkspace = (ctx: Ctx, { workspaceId, reason }: Suspension) =>
  [
    ctx.db
      .update(workspaces)
      .set({
        suspendedAt: sql`coalesce(${workspaces.suspendedAt}, ${ctx.now()})`,
        suspendedFor: reason,
      })
      .where(
        and(
          eq(workspaces.id, workspaceId),
          isNull(workspaces.deletedAt),
          sql`${workspaces.suspendedFor} is not ${reason}`,
        ),
      ),
    record(ctx, 'workspace.suspended', {
      workspaceId,
      data: { reason },
      when: sql`changes() > 0`,
    }),
  ] as const

/** Statements that open it again, with everything in it as it was. */
export const planRestoreWorkspace = (ctx: Ctx, workspaceId: WorkspaceId) =>
  [
    ctx.db
      .update(workspaces)
      .set({ suspendedAt: null, suspendedFor: null })
      .where(and(eq(workspaces.id, workspaceId), isNotNull(workspaces.suspendedAt))),
    record(ctx, 'workspace.restored', { workspaceId, when: sql`changes() > 0` }),
  ] as const
