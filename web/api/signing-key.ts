import type {
  createSigningKey as createContract,
  listSigningKeys as listContract,
} from '#contracts/signing-key.ts'
import type { Reply } from '#contracts/endpoint.ts'
import type { SigningKeyId, WorkspaceId } from '#contracts/id.ts'
import type { z } from 'zod'
import { client } from './session.ts'

export type SigningKeys = NonNullable<Reply<typeof listContract>>
export type NewSigningKey = NonNullable<Reply<typeof createContract>>
export type SigningKeyWish = z.input<(typeof createContract)['body'] & z.ZodType>

const at = (id: WorkspaceId) => `/api/v1/workspaces/${id}/signing-keys`

export const listSigningKeys = (id: WorkspaceId, signal?: AbortSignal): Promise<SigningKeys> =>
  client.call('GET', at(id), { signal })

/** A private key is in this answer alone. Throws ApiError: `step_up_required`, `limit_reached`. */
export const createSigningKey = (id: WorkspaceId, wish: SigningKeyWish): Promise<NewSigningKey> =>
  client.call('POST', at(id), { body: wish })

export const revokeSigningKey = (id: WorkspaceId, keyId: SigningKeyId): Promise<void> =>
  client.call('DELETE', `${at(id)}/${keyId}`)
