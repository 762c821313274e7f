import type { WorkspaceId } from '#contracts/id.ts'
import { actorName } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { countTry } from '../../core/rate-limit.ts'
import { record } from '../../core/record.ts'
import { requireRole } from '../workspace/access.ts'
import { listChannels } from '../workspace/service.ts'
import { csvHead, toCsv } from './csv.ts'
import { toEntry } from './policy.ts'
import { ofWorkspace, readEvents } from './read.ts'

const maxRows = 50_000
/** A Worker on the free plan has 50 queries a request; this takes ten, of some megabytes each. */
const pageRows = 5000
const hourMs = 3600_000

/** The latest entries as CSV, newest first. Throws `forbidden` below admins, `rate_limited`. */
export async function exportAudit(ctx: Ctx, workspaceId: WorkspaceId): Promise<Response> {
  await requireRole(ctx, workspaceId, 'admin')
  const key = `audit-export:${workspaceId}:${actorName(ctx.actor)}`
  await countTry(ctx, { key, max: 10, windowMs: hourMs })
  await record(ctx, 'audit.exported', { workspaceId })
  const handle = (await listChannels(ctx, [workspaceId])).get(workspaceId)?.handle ?? ''
  return new Response(streamPages(readPages(ctx, workspaceId)), {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${toFileName(handle, ctx.now())}"`,
      'cache-control': 'no-store',
    },
  })
}

/** Nothing in it needs escaping, whatever a handle may become. */
const toFileName = (handle: string, now: number): string =>
  `audit-${handle.replace(/[^a-z0-9-]/g, '')}-${new Date(now).toISOString().slice(0, 10)}.csv`

async function* readPages(ctx: Ctx, workspaceId: WorkspaceId): AsyncGenerator<string> {
  yield csvHead
  let before: number | undefined
  for (let count = 0; count < maxRows; count += pageRows) {
    const which = ofWorkspace(workspaceId)
    const rows = await readEvents(ctx, { which, before, limit: pageRows })
    if (rows.length > 0) yield toCsv(rows.map((found) => toEntry(found, 'workspace')))
    if (rows.length < pageRows) return
    before = rows.at(-1)!.event.seq
  }
}

/** A page is read when the one before has left, so memory holds one. */
function streamPages(pages: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pages.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await pages.return(undefined)
    },
  })
}
