import * as account from '#contracts/account.ts'
import * as contract from '#contracts/auth.ts'
import { type Route, on } from '../../core/http.ts'
import { clearedCookie } from '../auth/cookie.ts'
import { deleteMe } from './delete.ts'
import { exportMe } from './export.ts'
import { getMe, updateMe } from './service.ts'

export const userRoutes: Route[] = [
  on(contract.getMe, (ctx) => getMe(ctx)),
  on(account.updateMe, (ctx, { body }) => updateMe(ctx, body)),
  on(account.exportMe, (ctx) => exportMe(ctx)),
  on(account.deleteMe, async (ctx, { body }) => {
    await deleteMe(ctx, body.email)
    const headers = { 'cache-control': 'no-store', 'set-cookie': clearedCookie(ctx) }
    return new Response(null, { status: 204, headers })
  }),
]
