import * as contract from '#contracts/link.ts'
import { type Route, on } from '../../core/http.ts'
import * as link from './service.ts'

export const linkRoutes: Route[] = [
  on(contract.createLink, (ctx, { params, body }) => link.createLink(ctx, params.videoId, body)),
  on(contract.listLinks, (ctx, { params, query }) => link.listLinks(ctx, params.videoId, query)),
  on(contract.renameLink, (ctx, { params, body }) => link.renameLink(ctx, params, body.label)),
  on(contract.revokeLink, (ctx, { params }) => link.revokeLink(ctx, params)),
]
