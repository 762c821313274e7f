import * as contract from '#contracts/audit.ts'
import { type Route, on } from '../../core/http.ts'
import { exportAudit } from './export.ts'
import { listAudit } from './service.ts'

export const auditRoutes: Route[] = [
  on(contract.listAudit, (ctx, { params, query }) => listAudit(ctx, params.workspaceId, query)),
  on(contract.exportAudit, (ctx, { params }) => exportAudit(ctx, params.workspaceId)),
]
