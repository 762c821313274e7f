import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { WorkspaceId } from './id.ts'
import { PageQuery, Time, page } from './page.ts'

const tag = 'Workspaces'
const params = z.object({ workspaceId: WorkspaceId })

export const AuditQuery = PageQuery.extend({
  kind: z.string().max(60).optional().meta({
    description: 'One kind, or all that begin with it: `member.`',
    example: 'member.',
  }),
})

/** One fact of the event log, as people read it. */
export const AuditEntry = z
  .object({
    id: z.string(),
    kind: z.string().meta({ example: 'member.role_changed' }),
    at: Time,
    actor: z
      .object({
        kind: z.enum(['user', 'key', 'system']),
        id: z.string().nullable(),
        name: z.string().nullable().meta({ description: 'null: an account that is gone' }),
      })
      .meta({ id: 'AuditActor' }),
    videoId: z.string().nullable(),
    data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    requestId: z.string(),
  })
  .meta({ id: 'AuditEntry' })
export type AuditEntry = z.infer<typeof AuditEntry>

export const AuditPage = page(AuditEntry).meta({ id: 'AuditPage' })
export type AuditPage = z.infer<typeof AuditPage>

export const listAudit = endpoint({
  id: 'listAudit',
  method: 'get',
  path: '/api/v1/workspaces/{workspaceId}/audit',
  tag,
  summary: 'Who did what in a workspace, newest first',
  auth: 'user',
  scope: 'audit:read',
  params,
  query: AuditQuery,
  response: AuditPage,
  errors: ['forbidden'],
})

export const exportAudit = endpoint({
  id: 'exportAudit',
  method: 'get',
  path: '/api/v1/workspaces/{workspaceId}/audit/export',
  tag,
  summary: 'The audit log as CSV',
  description: 'The latest 50,000 entries. Fields that a spreadsheet would run begin with a quote.',
  auth: 'user',
  scope: 'audit:read',
  params,
  responseType: 'text/csv',
  errors: ['forbidden', 'rate_limited'],
})
