import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import type { InvitationId, WorkspaceId } from '#contracts/id.ts'
import type { Invitation } from '#contracts/member.ts'
import type { Ctx } from '../../core/context.ts'
import { notFound } from '../../core/error.ts'
import { record } from '../../core/record.ts'
import { users } from '../user/table.ts'
import { requireRole } from './access.ts'
import { holdsRole } from './guard.ts'
import { liveInvitations } from './invitation-state.ts'
import { managers } from './member-policy.ts'
import { type InvitationRow, invitations } from './table.ts'

export const toInvitation = (row: Omit<InvitationRow, 'tokenHash'> & { invitedBy: string }) => ({
  id: row.id,
  role: row.role,
  email: row.email,
  invitedBy: row.invitedBy,
  usesLeft: row.usesLeft,
  createdAt: new Date(row.createdAt).toISOString(),
  endsAt: new Date(row.endsAt).toISOString(),
})

/** Those that can be accepted, newest first. Throws `forbidden` below admins. */
export async function listInvitations(ctx: Ctx, workspaceId: WorkspaceId): Promise<Invitation[]> {
  await requireRole(ctx, workspaceId, 'admin')
  const live = liveInvitations(ctx, eq(invitations.workspaceId, workspaceId))
  const rows = await ctx.db
    .select({ row: invitations, invitedBy: users.displayName })
    .from(invitations)
    .innerJoin(users, eq(users.id, invitations.createdBy))
    .where(inArray(invitations.id, live))
    .orderBy(desc(invitations.id))
  return rows.map(({ row, invitedBy }) => toInvitation({ ...row, invitedBy }))
}

/** Its link ends at once. Throws `forbidden` below admins. */
export async function revokeInvitation(
  ctx: Ctx,
  { workspaceId, invitationId }: { workspaceId: WorkspaceId; invitationId: InvitationId },
): Promise<void> {
  await requireRole(ctx, workspaceId, 'admin')
  const [revoked] = await ctx.db.batch([
    ctx.db
      .delete(invitations)
      .where(
        and(
          eq(invitations.id, invitationId),
          eq(invitations.workspaceId, workspaceId),
          holdsRole(ctx, workspaceId, managers),
        ),
      ),
    record(ctx, 'invitation.revoked', {
      workspaceId,
      data: { invitationId },
      when: sql`changes() > 0`,
    }),
  ])
  if (revoked.meta.changes > 0) return
  await requireRole(ctx, workspaceId, 'admin')
  throw notFound('invitation')
}
