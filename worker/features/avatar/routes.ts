import * as contract from '#contracts/avatar.ts'
import { type Route, on } from '../../core/http.ts'
import { getAvatar, putAvatar, removeAvatar } from './service.ts'

export const avatarRoutes: Route[] = [
  on(contract.putAvatar, (ctx, { request }) => putAvatar(ctx, request)),
  on(contract.removeAvatar, (ctx) => removeAvatar(ctx)),
  on(contract.getAvatar, (ctx, { params }) => getAvatar(ctx, params)),
]
