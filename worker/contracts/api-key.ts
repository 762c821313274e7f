import { z } from 'zod'
import { type Scope, endpoint, scopes } from './endpoint.ts'
import { ApiKeyId, WorkspaceId } from './id.ts'
import { Time } from './page.ts'

export const maxApiKeys = 50
/** What every key begins with, so that scanners of leaked secrets find it. */
export const apiKeyPrefix = 'lantern_sk_'

const tag = 'Workspaces'
const params = z.object({ workspaceId: WorkspaceId })
export const ScopeName = z.enum(Object.keys(scopes) as [Scope, ...Scope[]])

export const ApiKey = z
  .object({
    id: ApiKeyId,
    name: z.string(),
    prefix: z.string().meta({ description: 'How the key begins', example: 'lantern_sk_Xb3a' }),
    scopes: z.array(ScopeName),
    createdBy: z.string().meta({ description: 'Name of who made it; it can do no more than they' }),
    createdAt: Time,
    endsAt: Time.nullable(),
    lastUsedAt: Time.nullable().meta({ description: 'Within a minute' }),
  })
  .meta({ id: 'ApiKey' })
export type ApiKey = z.infer<typeof ApiKey>

export const createApiKey = endpoint({
  id: 'createApiKey',
  method: 'post',
  path: '/api/v1/workspaces/{workspaceId}/keys',
  tag,
  summary: 'Make an API key',
  description:
    'The key itself is in this answer and nowhere else. Send it as a bearer token. It stops working when its maker leaves the workspace.',
  auth: 'user',
  scope: 'session',
  isStepUp: true,
  params,
  body: z
    .object({
      name: z.string().trim().min(1, 'Enter a name').max(60),
      scopes: z
        .array(ScopeName)
        .min(1, 'Choose at least one')
        .refine((all) => new Set(all).size === all.length, 'Name each scope once'),
      lifeDays: z.int().min(1).max(366).nullable().meta({ description: 'null: until revoked' }),
    })
    .strict(),
  response: z.object({ key: ApiKey, secret: z.string() }).meta({ id: 'NewApiKey' }),
  status: 201,
  errors: ['email_unverified', 'forbidden', 'limit_reached'],
})

export const listApiKeys = endpoint({
  id: 'listApiKeys',
  method: 'get',
  path: '/api/v1/workspaces/{workspaceId}/keys',
  tag,
  summary: 'API keys that work',
  auth: 'user',
  scope: 'session',
  params,
  response: z.object({ items: z.array(ApiKey) }).meta({ id: 'ApiKeys' }),
  errors: ['forbidden'],
})

export const revokeApiKey = endpoint({
  id: 'revokeApiKey',
  method: 'delete',
  path: '/api/v1/workspaces/{workspaceId}/keys/{keyId}',
  tag,
  summary: 'End an API key, at once',
  auth: 'user',
  scope: 'session',
  params: z.object({ workspaceId: WorkspaceId, keyId: ApiKeyId }),
  errors: ['forbidden'],
})
