import type { WorkspaceId } from '#contracts/id.ts'
import type {
  createWorkspace as createContract,
  updateWorkspace as updateContract,
  Workspace,
} from '#contracts/workspace.ts'
import type { z } from 'zod'
import { client } from './session.ts'

export type NewWorkspace = z.input<(typeof createContract)['body'] & z.ZodType>
export type WorkspaceChange = z.input<(typeof updateContract)['body'] & z.ZodType>

const at = (id: WorkspaceId) => `/api/v1/workspaces/${id}`

/**
 * A repeat with the same `key` makes no second one. Throws ApiError: `handle_taken`,
 * `limit_reached`, `email_unverified`.
 */
export const createWorkspace = (body: NewWorkspace, key: string): Promise<Workspace> =>
  client.call('POST', '/api/v1/workspaces', { body, headers: { 'idempotency-key': key } })

export const getWorkspace = (id: WorkspaceId, signal?: AbortSignal): Promise<Workspace> =>
  client.call('GET', at(id), { signal })

/** Throws ApiError: `forbidden`, `handle_taken`. */
export const updateWorkspace = (id: WorkspaceId, change: WorkspaceChange): Promise<Workspace> =>
  client.call('PATCH', at(id), { body: change })

/** For good. Throws ApiError: `step_up_required`, `forbidden`, `conflict` for a wrong handle. */
export const deleteWorkspace = (id: WorkspaceId, handle: string): Promise<void> =>
  client.call('DELETE', at(id), { body: { handle } })

/** crypto.randomUUID exists only in secure contexts; a server at home may speak plain http. */
export const newAttemptKey = (): string =>
  crypto.getRandomValues(new Uint8Array(16)).reduce((key, byte) => key + byte.toString(36), '')
