import * as contract from '#contracts/member.ts'
import { type Route, on } from '../../core/http.ts'
import * as invitation from './invitation.ts'
import { createInvitation } from './invite.ts'
import { acceptInvitation, lookAtInvitation } from './join.ts'
import * as member from './member.ts'
import { transferWorkspace } from './transfer.ts'

/** Members and invitations. */
export const memberRoutes: Route[] = [
  on(contract.listMembers, async (ctx, { params }) => ({
    items: await member.listMembers(ctx, params.workspaceId),
  })),
  on(contract.updateMember, (ctx, { params, body }) => member.updateMember(ctx, params, body.role)),
  on(contract.removeMember, (ctx, { params }) => member.removeMember(ctx, params)),
  on(contract.transferWorkspace, (ctx, { params, body }) =>
    transferWorkspace(ctx, params.workspaceId, body.userId),
  ),
  on(contract.createInvitation, (ctx, { params, body }) =>
    createInvitation(ctx, params.workspaceId, body),
  ),
  on(contract.listInvitations, async (ctx, { params }) => ({
    items: await invitation.listInvitations(ctx, params.workspaceId),
  })),
  on(contract.revokeInvitation, (ctx, { params }) => invitation.revokeInvitation(ctx, params)),
  on(contract.lookAtInvitation, (ctx, { body, request }) =>
    lookAtInvitation(ctx, body.token, request),
  ),
  on(contract.acceptInvitation, (ctx, { body }) => acceptInvitation(ctx, body.token)),
]
