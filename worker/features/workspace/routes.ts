import * as contract from '#contracts/workspace.ts'
import { type Route, on } from '../../core/http.ts'
import { updateWorkspace } from './change.ts'
import { createWorkspace } from './create.ts'
import { deleteWorkspace } from './delete.ts'
import * as workspace from './service.ts'
import { getWorkspace } from './view.ts'

export const workspaceRoutes: Route[] = [
  on(contract.createWorkspace, (ctx, { body }) => createWorkspace(ctx, body)),
  on(contract.getWorkspace, (ctx, { params }) => getWorkspace(ctx, params.workspaceId)),
  on(contract.updateWorkspace, (ctx, { params, body }) =>
    updateWorkspace(ctx, params.workspaceId, body),
  ),
  on(contract.deleteWorkspace, (ctx, { params, body }) =>
    deleteWorkspace(ctx, params.workspaceId, body.handle),
  ),
  on(contract.getTranscodeSettings, (ctx, { params }) =>
    workspace.getTranscodeSettings(ctx, params.workspaceId),
  ),
  on(contract.updateTranscodeSettings, (ctx, { params, body }) =>
    workspace.updateTranscodeSettings(ctx, params.workspaceId, body),
  ),
]
