import { z } from 'zod'
import { endpoint } from './endpoint.ts'

const tag = 'Accounts'

export const listProviders = endpoint({
  id: 'listProviders',
  method: 'get',
  path: '/api/v1/auth/providers',
  tag,
  summary: 'Services that can vouch for people here',
  auth: 'public',
  response: z
    .object({ items: z.array(z.object({ id: z.string(), name: z.string() })) })
    .meta({ id: 'Providers' }),
})

const params = z.object({ provider: z.string().regex(/^[a-z0-9-]{1,30}$/) })
const Start = z
  .object({ url: z.string().meta({ description: 'Where the browser goes next' }) })
  .meta({ id: 'OutsideStart' })
/** A path of our own, so that a link cannot send people elsewhere. */
const Next = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[^\\\s]*$/, 'A path that begins with one slash')

export const startOutside = endpoint({
  id: 'startOutside',
  method: 'post',
  path: '/api/v1/auth/outside/{provider}',
  tag,
  summary: 'Begin a sign-in at another service',
  description:
    'OpenID Connect with PKCE, state and nonce. Sets a cookie that binds what follows to this browser.',
  auth: 'public',
  params,
  body: z.object({ next: Next.optional() }),
  response: Start,
  errors: ['outside_failed', 'rate_limited'],
})

export const linkOutside = endpoint({
  id: 'linkOutside',
  method: 'post',
  path: '/api/v1/me/outside/{provider}',
  tag,
  summary: 'Begin to link my account with one at another service',
  auth: 'user',
  scope: 'session',
  isStepUp: true,
  params,
  body: z.object({}).strict(),
  response: Start,
  errors: ['email_unverified', 'outside_failed', 'rate_limited'],
})

export const unlinkOutside = endpoint({
  id: 'unlinkOutside',
  method: 'delete',
  path: '/api/v1/me/outside/{provider}',
  tag,
  summary: 'Unlink an account at another service',
  auth: 'user',
  scope: 'session',
  isStepUp: true,
  params,
  errors: ['last_factor'],
})

export const finishOutside = endpoint({
  id: 'finishOutside',
  method: 'get',
  path: '/api/v1/auth/outside/{provider}/callback',
  tag,
  summary: 'Where the other service sends the browser back to',
  description: 'Answers a page address by redirect, with `outside=<outcome>` where it failed.',
  auth: 'public',
  params,
  query: z.object({
    code: z.string().max(4000).optional(),
    state: z.string().max(200).optional(),
    error: z.string().max(200).optional(),
    iss: z.string().max(500).optional(),
  }),
  responseType: 'text/html',
})
