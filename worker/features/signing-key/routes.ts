import * as contract from '#contracts/signing-key.ts'
import { type Route, on } from '../../core/http.ts'
import * as signingKey from './service.ts'

export const signingKeyRoutes: Route[] = [
  on(contract.createSigningKey, (ctx, { params, body }) =>
    signingKey.createSigningKey(ctx, params.workspaceId, body),
  ),
  on(contract.listSigningKeys, async (ctx, { params }) => ({
    items: await signingKey.listSigningKeys(ctx, params.workspaceId),
  })),
  on(contract.revokeSigningKey, (ctx, { params }) =>
    signingKey.revokeSigningKey(ctx, params.workspaceId, params.signingKeyId),
  ),
]
