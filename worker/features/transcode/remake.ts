import { type SQL, and, eq, sql } from 'drizzle-orm'
import type { VideoId } from '#contracts/id.ts'
import type { PublishedRendition } from '#contracts/task.ts'
import { inJson } from '../../core/column.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError, notFound } from '../../core/error.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { record } from '../../core/record.ts'
import { loadEditableVideo } from '../video/service.ts'
import { workOf } from './policy.ts'
import { enqueue, insertTask } from './queue.ts'
import { toRow } from './rendition.ts'
import { type RenditionRow, type TaskRow, encodes, renditions, tasks } from './table.ts'

/**
 * Makes one rendition of a ready video again. Throws `not_found` for one that the video does not
 * have, `conflict` unless it is ready and nothing is being made of it.
 */
export async function remakeRendition(ctx: Ctx, id: VideoId, name: string): Promise<void> {
  const video = await loadEditableVideo(ctx, id)
  if (video.status !== 'ready' || !video.encodeId || !video.sourceKey) {
    throw new AppError('conflict', 'Only renditions of a converted video can be made again.')
  }
  const [rendition] = await ctx.db
    .select()
    .from(renditions)
    .where(and(eq(renditions.encodeId, video.encodeId), eq(renditions.name, name)))
  if (!rendition) throw notFound('rendition')

  const task = {
    id: ctx.id('task'),
    videoId: id,
    workspaceId: video.workspaceId,
    sizeBytes: video.sourceBytes ?? 0,
    workSeconds: workOf(video),
    remake: {
      of: video.encodeId,
      names: [name],
      replaced: [],
    },
  }
  const isFree = sql`not exists (select 1 from tasks where video_id = ${id} and kind <> 'opening'
    and state in ('queued', 'retry', 'starting', 'running'))`
  const isMade = sql`exists (select 1 from tasks where id = ${task.id})`
  await ctx.db.batch([
    insertTask(ctx, task, isFree),
    record(ctx, 'video.remade', {
      workspaceId: video.workspaceId,
      videoId: id,
      data: { name },
      when: isMade,
    }),
  ])
  const [made] = await ctx.db.select().from(tasks).where(eq(tasks.id, task.id))
  if (!made) throw new AppError('conflict', 'Something of this video is being made already.')
  await enqueue(ctx, [task])
}

const locationOf = ({ encodeId, attempt }: Pick<TaskRow, 'encodeId' | 'attempt'>): string =>
  `${encodeId}/a${attempt}`

/**
 * The new renditions take the places of the old ones in their encode, from where they lie. What
 * lay there before is named in the task, to be deleted once nobody plays it any more.
 */
export async function remakeOf(ctx: Ctx, task: TaskRow, made: PublishedRendition[], isMoved: SQL) {
  const encodeId = task.remakeOf!
  const names = made.map(({ name }) => name)
  const [[encode], old] = await ctx.db.batch([
    ctx.db.select().from(encodes).where(eq(encodes.id, encodeId)),
    ctx.db
      .select()
      .from(renditions)
      .where(and(eq(renditions.encodeId, encodeId), inJson(renditions.name, names))),
  ])
  const folderOf = ({ location, name }: RenditionRow) =>
    `v/${task.videoId}/e/${location ?? locationOf({ encodeId, attempt: encode!.attempt })}/${name}/`
  return [
    ctx.db
      .update(tasks)
      .set({ replaced: old.map(folderOf) })
      .where(and(eq(tasks.id, task.id), isMoved)),
    ctx.db
      .delete(renditions)
      .where(and(eq(renditions.encodeId, encodeId), inJson(renditions.name, names), isMoved)),
    ...made.map((rendition) =>
      insertWhere(
        ctx.db,
        renditions,
        { ...toRow(ctx, task, rendition), encodeId, location: locationOf(task) },
        isMoved,
      ),
    ),
  ]
}
