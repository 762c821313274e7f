import { and, eq, sql } from 'drizzle-orm'
import type { UploadId } from '#contracts/id.ts'
import { partBytes } from '#contracts/upload.ts'
import { inJson } from '../../core/column.ts'
import type { Ctx } from '../../core/context.ts'
import { insertWhere } from '../../core/insert-where.ts'
import type { StoredPart } from './storage.ts'
import { type UploadRow, uploadParts } from './table.ts'

export type PartRow = typeof uploadParts.$inferSelect

export const partCountOf = (row: UploadRow): number => Math.ceil(row.sizeBytes / row.partSizeBytes)

export const sizeOfPart = (row: UploadRow, partNumber: number): number =>
  partBytes(row.sizeBytes, row.partSizeBytes, partNumber)

export const listParts = (ctx: Pick<Ctx, 'db'>, ids: UploadId[]): Promise<PartRow[]> =>
  ctx.db
    .select()
    .from(uploadParts)
    .where(inJson(uploadParts.uploadId, ids))
    .orderBy(uploadParts.partNumber)

/** What an end of the upload must not cross: after it, no client changes what is known of parts. */
const isOpen = (id: UploadId) =>
  sql`exists (select 1 from uploads where id = ${id} and state = 'open')`

const onRepeat = {
  target: [uploadParts.uploadId, uploadParts.partNumber],
  set: { etag: sql`excluded.etag`, sizeBytes: sql`excluded.size_bytes` },
}

/** One part as its client names it; answers no row where the upload has ended. */
export const notePart = (ctx: Ctx, part: PartRow) =>
  insertWhere(ctx.db, uploadParts, part, isOpen(part.uploadId))
    .onConflictDoUpdate(onRepeat)
    .returning()

/** All parts as storage has them. They go as one JSON: D1 takes 100 bound parameters a query. */
export function pinParts(ctx: Ctx, id: UploadId, parts: StoredPart[]) {
  const rows = JSON.stringify(parts.map((part) => [part.partNumber, part.etag, part.sizeBytes]))
  const isChanged = sql`etag <> excluded.etag or size_bytes <> excluded.size_bytes`
  return ctx.db
    .insert(uploadParts)
    .select(
      sql`select ${id}, value ->> 0, value ->> 1, value ->> 2
        from json_each(${rows}) where ${isOpen(id)}`,
    )
    .onConflictDoUpdate({ ...onRepeat, setWhere: isChanged })
}

/** Parts to be sent again, whatever their client said. */
export const forgetParts = (ctx: Ctx, id: UploadId, partNumbers: number[]) =>
  ctx.db
    .delete(uploadParts)
    .where(
      and(eq(uploadParts.uploadId, id), inJson(uploadParts.partNumber, partNumbers), isOpen(id)),
    )
