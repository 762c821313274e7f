import { and, eq, or, sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import type { PublishedRendition } from '#contracts/task.ts'
import { inJson } from '../../core/column.ts'
import type { Ctx } from '../../core/context.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { iframeBits } from '../delivery/playlist.ts'
import { outputPrefix } from './service.ts'
import { type EncodeRow, type TaskRow, encodes, renditions } from './table.ts'

export const kindsOf = (made: PublishedRendition[]) => ({
  hasVideo: made.some(({ kind }) => kind === 'video'),
  hasAudio: made.some(({ kind }) => kind === 'audio'),
})

export const toRow = (ctx: Ctx, task: TaskRow, rendition: PublishedRendition) => ({
  ...rendition,
  encodeId: task.encodeId,
  iframeBitsPerSecond: task.kind === 'opening' ? null : iframeBits(rendition),
  sizeBytes: rendition.segments.reduce((sum, segment) => sum + segment.sizeBytes, 0),
  isGrowing: task.kind === 'opening',
  createdAt: ctx.now(),
})

export type EncodeFacts = Pick<EncodeRow, 'isComplete'> &
  Partial<Pick<EncodeRow, 'pictures' | 'captions' | 'choices'>>

/** What an attempt has published, as a row of its own. */
export const insertEncode = (ctx: Ctx, task: TaskRow, facts: EncodeFacts, isMoved: SQL) =>
  insertWhere(
    ctx.db,
    encodes,
    {
      id: task.encodeId,
      videoId: task.videoId,
      taskId: task.id,
      attempt: task.attempt,
      prefix: outputPrefix(task),
      createdAt: ctx.now(),
      ...facts,
    },
    isMoved,
  )

/** The encode as this attempt has it: what another attempt had offered goes. */
export function replaceEncode(
  ctx: Ctx,
  task: TaskRow,
  made: PublishedRendition[],
  facts: EncodeFacts,
  isMoved: SQL,
) {
  const { encodeId } = task
  const names = made.map(({ name }) => name)
  const isOfAnother = sql`exists (
    select 1 from encodes where id = ${encodeId} and attempt <> ${task.attempt})`
  return [
    ctx.db
      .delete(renditions)
      .where(
        and(
          eq(renditions.encodeId, encodeId),
          or(inJson(renditions.name, names), isOfAnother),
          isMoved,
        ),
      ),
    ctx.db.delete(encodes).where(and(eq(encodes.id, encodeId), isMoved)),
    insertEncode(ctx, task, facts, isMoved),
    ...made.map((rendition) =>
      insertWhere(ctx.db, renditions, toRow(ctx, task, rendition), isMoved),
    ),
  ]
}
