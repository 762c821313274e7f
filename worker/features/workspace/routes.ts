import * as contract from '#contracts/workspace.ts'
import { type Route, on } from '../../core/http.ts'
import * as workspace from './service.ts'

export const workspaceRoutes: Route[] = [
  on(contract.getTranscodeSettings, (ctx, { params }) =>
    workspace.getTranscodeSettings(ctx, params.workspaceId),
  ),
  on(contract.updateTranscodeSettings, (ctx, { params, body }) =>
    workspace.updateTranscodeSettings(ctx, params.workspaceId, body),
  ),
]
