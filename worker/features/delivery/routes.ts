import { getPlayback } from '#contracts/video.ts'
import { type App, type Route, on } from '../../core/http.ts'
import type { Env } from '../../env.ts'
import { serveMedia } from './media.ts'
import * as delivery from './service.ts'

export const deliveryRoutes: Route[] = [
  on(getPlayback, (ctx, { params, query, request }) =>
    delivery.getPlayback(ctx, params.videoId, query, request),
  ),
]

/** Mount before the middleware that makes a context: media requests do without one. */
export function mountMedia(app: App): void {
  app.all('/p/*', (c) => serveMedia(c.req.raw, c.env as Env, c.executionCtx))
}
