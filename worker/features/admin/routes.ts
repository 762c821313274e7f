import * as contract from '#contracts/admin.ts'
import { type Route, on } from '../../core/http.ts'
import { listPlatformAudit } from '../audit/service.ts'
import { listUsers, listWorkspaces } from './list.ts'
import * as admin from './service.ts'

/** The contracts' `auth: 'admin'` hides all of this from everybody else. */
export const adminRoutes: Route[] = [
  on(contract.listUsers, (ctx, { query }) => listUsers(ctx, query)),
  on(contract.suspendUser, (ctx, { params, body }) =>
    admin.suspendUser(ctx, params.userId, body.reason),
  ),
  on(contract.restoreUser, (ctx, { params }) => admin.restoreUser(ctx, params.userId)),
  on(contract.listWorkspaces, (ctx, { query }) => listWorkspaces(ctx, query)),
  on(contract.suspendWorkspace, (ctx, { params, body }) =>
    admin.suspendWorkspace(ctx, params.workspaceId, body.reason),
  ),
  on(contract.restoreWorkspace, (ctx, { params }) =>
    admin.restoreWorkspace(ctx, params.workspaceId),
  ),
  on(contract.listPlatformAudit, (ctx, { query }) => listPlatformAudit(ctx, query)),
]
