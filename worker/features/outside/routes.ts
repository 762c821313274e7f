import * as contract from '#contracts/outside.ts'
import type { Ctx } from '../../core/context.ts'
import { type Route, on } from '../../core/http.ts'
import { outsideCookie } from './cookie.ts'
import { finishOutside } from './finish.ts'
import { unlinkOutside } from './link.ts'
import { type Begun, linkOutside, startOutside } from './start.ts'

function bound(ctx: Ctx, { url, token }: Begun): Response {
  const headers = { 'cache-control': 'no-store', 'set-cookie': outsideCookie(ctx, token) }
  return Response.json({ url }, { headers })
}

export const outsideRoutes: Route[] = [
  on(contract.listProviders, async (ctx) => ({
    items: ctx.config.OIDC_PROVIDERS.map(({ id, name }) => ({ id, name })),
  })),
  on(contract.startOutside, async (ctx, { params, body, request }) =>
    bound(ctx, await startOutside(ctx, { id: params.provider, next: body.next, request })),
  ),
  on(contract.linkOutside, async (ctx, { params }) =>
    bound(ctx, await linkOutside(ctx, params.provider)),
  ),
  on(contract.unlinkOutside, (ctx, { params }) => unlinkOutside(ctx, params.provider)),
  on(contract.finishOutside, (ctx, { params, query, request }) =>
    finishOutside(ctx, { id: params.provider, query, request }),
  ),
]
