import { z } from 'zod'
import { AuditPage, AuditQuery } from './audit.ts'
import { endpoint } from './endpoint.ts'
import { UserId, WorkspaceId } from './id.ts'
import { PageQuery, Time, page } from './page.ts'

const tag = 'Administration'
const Search = PageQuery.extend({
  search: z.string().trim().max(100).optional().meta({ description: 'In names and addresses' }),
})

export const AdminUser = z
  .object({
    id: UserId,
    email: z.string(),
    isEmailVerified: z.boolean(),
    displayName: z.string(),
    workspaceCount: z.int(),
    hasSecondFactor: z.boolean(),
    lastSeenAt: Time.nullable(),
    createdAt: Time,
    suspendedAt: Time.nullable(),
    suspendedFor: z.string().nullable(),
  })
  .meta({ id: 'AdminUser' })
export type AdminUser = z.infer<typeof AdminUser>

export const AdminWorkspace = z
  .object({
    id: WorkspaceId,
    handle: z.string(),
    name: z.string(),
    ownerEmail: z.string().nullable(),
    memberCount: z.int(),
    videoCount: z.int(),
    createdAt: Time,
    suspendedAt: Time.nullable(),
    suspendedFor: z.string().nullable(),
  })
  .meta({ id: 'AdminWorkspace' })
export type AdminWorkspace = z.infer<typeof AdminWorkspace>

const access = { auth: 'admin', scope: 'session' } as const
const reason = z.object({ reason: z.string().trim().min(1, 'Say why').max(500) })

export const listUsers = endpoint({
  id: 'listUsers',
  method: 'get',
  path: '/api/v1/admin/users',
  tag,
  summary: 'Accounts, newest first',
  ...access,
  query: Search,
  response: page(AdminUser).meta({ id: 'AdminUserPage' }),
})

export const suspendUser = endpoint({
  id: 'suspendUser',
  method: 'put',
  path: '/api/v1/admin/users/{userId}/suspension',
  tag,
  summary: 'Suspend an account',
  description: 'Signs it out everywhere at once; its API keys stop. Its videos stay.',
  ...access,
  isStepUp: true,
  params: z.object({ userId: UserId }),
  body: reason,
  response: AdminUser,
  errors: ['conflict'],
})

export const restoreUser = endpoint({
  id: 'restoreUser',
  method: 'delete',
  path: '/api/v1/admin/users/{userId}/suspension',
  tag,
  summary: 'Let an account in again',
  ...access,
  isStepUp: true,
  params: z.object({ userId: UserId }),
  response: AdminUser,
})

export const listWorkspaces = endpoint({
  id: 'listWorkspaces',
  method: 'get',
  path: '/api/v1/admin/workspaces',
  tag,
  summary: 'Workspaces, newest first',
  ...access,
  query: Search,
  response: page(AdminWorkspace).meta({ id: 'AdminWorkspacePage' }),
})

export const suspendWorkspace = endpoint({
  id: 'suspendWorkspace',
  method: 'put',
  path: '/api/v1/admin/workspaces/{workspaceId}/suspension',
  tag,
  summary: 'Suspend a workspace',
  description: 'Nobody outside sees its videos, links stop, and its members can only look.',
  ...access,
  isStepUp: true,
  params: z.object({ workspaceId: WorkspaceId }),
  body: reason,
  response: AdminWorkspace,
})

export const restoreWorkspace = endpoint({
  id: 'restoreWorkspace',
  method: 'delete',
  path: '/api/v1/admin/workspaces/{workspaceId}/suspension',
  tag,
  summary: 'Let a workspace go on',
  ...access,
  isStepUp: true,
  params: z.object({ workspaceId: WorkspaceId }),
  response: AdminWorkspace,
})

export const listPlatformAudit = endpoint({
  id: 'listPlatformAudit',
  method: 'get',
  path: '/api/v1/admin/audit',
  tag,
  summary: 'What concerns accounts and the whole server, newest first',
  ...access,
  query: AuditQuery,
  response: AuditPage,
})
