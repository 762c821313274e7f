import * as contract from '#contracts/api-key.ts'
import { type Route, on } from '../../core/http.ts'
import * as key from './service.ts'

export const keyRoutes: Route[] = [
  on(contract.createApiKey, (ctx, { params, body }) =>
    key.createApiKey(ctx, params.workspaceId, body),
  ),
  on(contract.listApiKeys, async (ctx, { params }) => ({
    items: await key.listApiKeys(ctx, params.workspaceId),
  })),
  on(contract.revokeApiKey, (ctx, { params }) =>
    key.revokeApiKey(ctx, params.workspaceId, params.keyId),
  ),
]
