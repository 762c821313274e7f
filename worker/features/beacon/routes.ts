import * as contract from '#contracts/beacon.ts'
import { type Route, on } from '../../core/http.ts'
import { getQuality } from './quality.ts'
import { keepBeacon } from './service.ts'

export const beaconRoutes: Route[] = [
  on(contract.sendBeacon, (ctx, { params, ...sent }) => keepBeacon(ctx, params.videoId, sent)),
  on(contract.getVideoQuality, (ctx, { params }) => getQuality(ctx, params.videoId)),
]
