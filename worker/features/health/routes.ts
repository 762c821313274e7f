import * as contract from '#contracts/health.ts'
import { type Route, on } from '../../core/http.ts'
import { getReadiness } from './service.ts'

export const version = '0.1.0'

export const healthRoutes: Route[] = [
  on(contract.getHealth, async () => ({ status: 'ok' as const, version })),
  on(contract.getReadiness, (ctx) => getReadiness(ctx)),
]
