import * as contract from '#contracts/auth.ts'
import { type Route, on } from '../../core/http.ts'
import { getMe } from './service.ts'

export const userRoutes: Route[] = [on(contract.getMe, (ctx) => getMe(ctx))]
