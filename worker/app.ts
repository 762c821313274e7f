import { OpenAPIHono } from '@hono/zod-openapi'
import { actorName } from './core/actor.ts'
import { createContext } from './core/context.ts'
import { AppError, toProblemResponse } from './core/error.ts'
import { setHeaders } from './core/headers.ts'
import { type App, type Route, mount } from './core/http.ts'
import { redactPath } from './core/log.ts'
import { openApiDocument } from './core/openapi.ts'
import { nudgeListeners } from './core/record.ts'
import type { Env } from './env.ts'
import { adminRoutes } from './features/admin/routes.ts'
import { auditRoutes } from './features/audit/routes.ts'
import { accountRoutes } from './features/auth/account-routes.ts'
import { factorRoutes } from './features/auth/factor-routes.ts'
import { authRoutes } from './features/auth/routes.ts'
import { avatarRoutes } from './features/avatar/routes.ts'
import { beaconRoutes } from './features/beacon/routes.ts'
import { keyRoutes } from './features/key/routes.ts'
import { signingKeyRoutes } from './features/signing-key/routes.ts'
import { outsideRoutes } from './features/outside/routes.ts'
import { memberRoutes } from './features/workspace/member-routes.ts'
import { linkRoutes } from './features/link/routes.ts'
import { deliveryRoutes, mountMedia } from './features/delivery/routes.ts'
import { identify } from './features/auth/identify.ts'
import { embedRoutes, mountPages } from './features/embed/routes.ts'
import { mountOutbox } from './features/mail/outbox.ts'
import { healthRoutes } from './features/health/routes.ts'
import { liveRoutes } from './features/live/routes.ts'
import { taskRoutes } from './features/transcode/routes.ts'
import { uploadRoutes } from './features/upload/routes.ts'
import { userRoutes } from './features/user/routes.ts'
import { videoRoutes } from './features/video/routes.ts'
import { workspaceRoutes } from './features/workspace/routes.ts'

/** The URL map: every operation with a contract. */
export const routes: Route[] = [
  ...healthRoutes,
  ...authRoutes,
  ...factorRoutes,
  ...outsideRoutes,
  ...accountRoutes,
  ...avatarRoutes,
  ...userRoutes,
  ...workspaceRoutes,
  ...memberRoutes,
  ...keyRoutes,
  ...signingKeyRoutes,
  ...auditRoutes,
  ...videoRoutes,
  ...liveRoutes,
  ...deliveryRoutes,
  ...embedRoutes,
  ...beaconRoutes,
  ...linkRoutes,
  ...uploadRoutes,
  ...taskRoutes,
  ...adminRoutes,
]

/** What a log is searched for when somebody tries doors. */
const refusals = new Set([401, 403, 429])

/** One app for HTTP; built once an isolate. */
export function createApp(): App {
  const app: App = new OpenAPIHono()
  mountMedia(app) // before the context: segments are many and need none

  app.use('*', async (c, next) => {
    const startedAt = Date.now()
    const waitUntil = (work: Promise<unknown>) => c.executionCtx.waitUntil(work)
    const ctx = await createContext({ env: c.env as Env, waitUntil, request: c.req.raw })
    c.set('ctx', ctx)
    await next()
    nudgeListeners(ctx)
    setHeaders(c, ctx)
    ctx.log.info('request', {
      method: c.req.method,
      path: redactPath(c.req.path),
      status: c.res.status,
      ms: Date.now() - startedAt,
      actor: actorName(ctx.actor),
    })
  })

  mount(app, routes, identify)
  mountOutbox(app)
  mountPages(app)
  app.get('/api/v1/openapi.json', (c) =>
    c.json(openApiDocument(app, c.get('ctx').origin), 200, { 'access-control-allow-origin': '*' }),
  )
  app.all('/api/*', () => {
    throw new AppError('not_found', 'There is nothing at this address.')
  })
  app.all('/internal/*', () => {
    throw new AppError('not_found', 'There is nothing at this address.')
  })
  app.all('*', (c) => (c.env as Env).ASSETS.fetch(c.req.raw))

  app.onError((error, c) => {
    const ctx = c.get('ctx')
    if (!(error instanceof AppError) || error.status >= 500) ctx?.log.error('request failed', error)
    else if (refusals.has(error.status)) ctx?.log.warn('refused', { code: error.code })
    return toProblemResponse(error, ctx?.requestId ?? 'req_unknown')
  })
  return app
}
