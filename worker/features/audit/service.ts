import type { SQL } from 'drizzle-orm'
import type { z } from 'zod'
import type { AuditPage, AuditQuery } from '#contracts/audit.ts'
import type { WorkspaceId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { cutPage } from '../../core/page.ts'
import { requireRole } from '../workspace/access.ts'
import { type Reader, parseCursor, toEntry } from './policy.ts'
import { ofPlatform, ofWorkspace, readEvents } from './read.ts'

type Query = z.output<typeof AuditQuery>

/** Newest first. Throws `forbidden` below admins. */
export async function listAudit(
  ctx: Ctx,
  workspaceId: WorkspaceId,
  query: Query,
): Promise<AuditPage> {
  await requireRole(ctx, workspaceId, 'admin')
  return listPage(ctx, query, { reader: 'workspace', which: ofWorkspace(workspaceId) })
}

/** Newest first. The route lets in those alone who keep the server. */
export const listPlatformAudit = (ctx: Ctx, query: Query): Promise<AuditPage> =>
  listPage(ctx, query, { reader: 'platform', which: ofPlatform() })

async function listPage(
  ctx: Ctx,
  { kind, cursor, limit }: Query,
  { reader, which }: { reader: Reader; which: SQL },
): Promise<AuditPage> {
  const before = parseCursor(cursor)
  const rows = await readEvents(ctx, { which, kind, before, limit: limit + 1 })
  const { items, nextCursor } = cutPage(rows, limit, ({ event }) => `${event.seq}`)
  return { items: items.map((found) => toEntry(found, reader)), nextCursor }
}
