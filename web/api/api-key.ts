import type {
  createApiKey as createContract,
  listApiKeys as listContract,
} from '#contracts/api-key.ts'
import type { Reply } from '#contracts/endpoint.ts'
import type { ApiKeyId, WorkspaceId } from '#contracts/id.ts'
import type { z } from 'zod'
import { client } from './session.ts'

export type ApiKeys = NonNullable<Reply<typeof listContract>>
export type NewApiKey = NonNullable<Reply<typeof createContract>>
export type ApiKeyWish = z.input<(typeof createContract)['body'] & z.ZodType>

const at = (id: WorkspaceId) => `/api/v1/workspaces/${id}/keys`

export const listApiKeys = (id: WorkspaceId, signal?: AbortSignal): Promise<ApiKeys> =>
  client.call('GET', at(id), { signal })

/** The secret is in this answer alone. Throws ApiError: `step_up_required`, `limit_reached`. */
export const createApiKey = (id: WorkspaceId, wish: ApiKeyWish): Promise<NewApiKey> =>
  client.call('POST', at(id), { body: wish })

export const revokeApiKey = (id: WorkspaceId, keyId: ApiKeyId): Promise<void> =>
  client.call('DELETE', `${at(id)}/${keyId}`)
