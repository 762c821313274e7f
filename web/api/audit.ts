import type { AuditPage } from '#contracts/audit.ts'
import type { WorkspaceId } from '#contracts/id.ts'
import { client } from './session.ts'

interface Look {
  /** One kind, or all that begin with it: `member.`. */
  kind?: string | undefined
  cursor?: string | undefined
  signal?: AbortSignal | undefined
}

const entriesAtOnce = 50

const list = (path: string, { kind, cursor, signal }: Look): Promise<AuditPage> =>
  client.call('GET', path, { query: { kind, cursor, limit: entriesAtOnce }, signal })

export const listAudit = (id: WorkspaceId, look: Look): Promise<AuditPage> =>
  list(`/api/v1/workspaces/${id}/audit`, look)

export const listPlatformAudit = (look: Look): Promise<AuditPage> =>
  list('/api/v1/admin/audit', look)

/** The log as CSV. Throws ApiError: `forbidden`, `rate_limited`. */
export async function exportAudit(id: WorkspaceId): Promise<string> {
  const headers = { accept: 'text/csv' }
  const response = await client.open('GET', `/api/v1/workspaces/${id}/audit/export`, { headers })
  return response.text()
}
