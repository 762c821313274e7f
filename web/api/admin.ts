import type {
  AdminUser,
  AdminWorkspace,
  listUsers as listUsersContract,
  listWorkspaces as listWorkspacesContract,
} from '#contracts/admin.ts'
import type { Reply } from '#contracts/endpoint.ts'
import type { UserId, WorkspaceId } from '#contracts/id.ts'
import { client } from './session.ts'

export type AdminUserPage = NonNullable<Reply<typeof listUsersContract>>
export type AdminWorkspacePage = NonNullable<Reply<typeof listWorkspacesContract>>

interface Look {
  search: string
  cursor: string | undefined
  signal: AbortSignal
}

const look = <T>(path: string, { search, cursor, signal }: Look): Promise<T> =>
  client.call('GET', path, { query: { search: search || undefined, cursor }, signal })

export const listUsers = (wanted: Look): Promise<AdminUserPage> =>
  look('/api/v1/admin/users', wanted)
export const listWorkspaces = (wanted: Look): Promise<AdminWorkspacePage> =>
  look('/api/v1/admin/workspaces', wanted)

const user = (id: UserId) => `/api/v1/admin/users/${id}/suspension`
const workspace = (id: WorkspaceId) => `/api/v1/admin/workspaces/${id}/suspension`

/** Throws ApiError: `step_up_required`, `conflict` for oneself. */
export const suspendUser = (id: UserId, reason: string): Promise<AdminUser> =>
  client.call('PUT', user(id), { body: { reason } })
export const restoreUser = (id: UserId): Promise<AdminUser> => client.call('DELETE', user(id))

export const suspendWorkspace = (id: WorkspaceId, reason: string): Promise<AdminWorkspace> =>
  client.call('PUT', workspace(id), { body: { reason } })
export const restoreWorkspace = (id: WorkspaceId): Promise<AdminWorkspace> =>
  client.call('DELETE', workspace(id))
