import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { EncodeId, TaskId } from '#contracts/id.ts'
import type { Choices, TaskSpec, VideoRendition } from '#contracts/task.ts'
import { measureBits } from '#media/bit-rate.ts'
import type { Ctx } from '../../core/context.ts'
import { insertWhere } from '../../core/insert-where.ts'
import {
  iframePlaylist,
  iframePlaylistName,
  mediaPlaylist,
  mediaPlaylistName,
} from '../delivery/playlist.ts'
import { encodeOf } from '../video/moves.ts'
import { enqueue, insertTask } from './queue.ts'
import { remakeOf } from './remake.ts'
import { toRow } from './rendition.ts'
import { outputPrefix } from './service.ts'
import { countOpenChunks, findSplit, listOpenSplits } from './split.ts'
import {
  type ChunkRow,
  type SplitRow,
  type TaskRow,
  chunks,
  encodes,
  renditions,
  splits,
  tasks,
} from './table.ts'

/**
 * Once all chunks and the sound of a long film are there, its renditions are: playlists that name
 * the chunks' segments where they lie. Nothing is copied. A repeat writes the same and moves
 * nothing.
 */
export async function composeIfWhole(ctx: Ctx, leadId: TaskId): Promise<void> {
  const split = await findSplit(ctx, leadId)
  if (!split || split.composedAt !== null) return
  const [lead] = await ctx.db.select().from(tasks).where(eq(tasks.id, leadId))
  if (lead?.state !== 'done' || (await countOpenChunks(ctx, leadId)) > 0) return
  const made = await ctx.db
    .select()
    .from(chunks)
    .where(eq(chunks.parentId, leadId))
    .orderBy(asc(chunks.number))
  if (made.length !== split.chunkCount) return

  const composed = split.plan.videos.map(({ name }) => compose(lead, made, name))
  for (const rendition of composed) await writePlaylists(ctx, lead, rendition)
  await offer(ctx, lead, split, composed)
}

/** For the cron: what a Worker left behind that died between the last report and this. */
export async function composeForgotten(ctx: Ctx): Promise<void> {
  for (const { taskId } of await listOpenSplits(ctx)) {
    await composeIfWhole(ctx, taskId).catch((error) => {
      ctx.log.error('film was not composed', error, { taskId })
    })
  }
}

/** From the folder of a rendition in the lead's encode to a file of another encode. */
const uriOf = ({ videoId }: TaskRow, key: string): string =>
  `../../../${key.slice(`v/${videoId}/e/`.length)}`

/** One rendition out of all chunks; they were checked to be made alike. */
function compose(lead: TaskRow, made: ChunkRow[], name: string): VideoRendition {
  const parts = made.map(({ prefix, renditions: list }) => {
    const rendition = list.find((one) => one.name === name)
    if (!rendition) throw new Error(`a chunk of ${lead.id} lacks ${name}`)
    return { prefix, rendition }
  })
  const [first] = parts
  const segments = parts.flatMap(({ prefix, rendition }) =>
    rendition.segments.map((segment) => ({ ...segment, key: uriOf(lead, prefix + segment.key) })),
  )
  return {
    ...first!.rendition,
    ...measureBits(segments),
    initKey: uriOf(lead, first!.prefix + first!.rendition.initKey),
    segments,
  }
}

async function writePlaylists(ctx: Ctx, lead: TaskRow, rendition: VideoRendition): Promise<void> {
  const toUri = (uri: string) => uri
  const folder = `${outputPrefix(lead)}${rendition.name}/`
  await ctx.env.MEDIA.put(folder + mediaPlaylistName, mediaPlaylist(rendition, toUri))
  const iframes = iframePlaylist(rendition, toUri)
  if (iframes) await ctx.env.MEDIA.put(folder + iframePlaylistName, iframes)
}

/** The renditions join the film, or take the places of those that are made again. */
async function offer(
  ctx: Ctx,
  lead: TaskRow,
  split: SplitRow,
  composed: VideoRendition[],
): Promise<void> {
  const moveId = ctx.id('event')
  const isMoved = sql`exists (select 1 from splits
    where task_id = ${lead.id} and move_id = ${moveId})`
  // Its owner may have stopped it after its last chunk was done.
  const isWanted = sql`exists (select 1 from videos where id = ${lead.videoId}
    and deleted_at is null and status = ${lead.remakeOf ? 'ready' : 'processing'})`
  const pictures = {
    id: ctx.id('task'),
    videoId: lead.videoId,
    workspaceId: lead.workspaceId,
    sizeBytes: 0,
    kind: 'pictures' as const,
    parentId: lead.id,
  }
  const joining = lead.remakeOf
    ? await remakeOf(ctx, lead, composed, isMoved)
    : [
        ...composed.map((rendition) =>
          insertWhere(ctx.db, renditions, toRow(ctx, lead, rendition), isMoved),
        ),
        encodeOf(ctx, lead.videoId, lead.encodeId, isMoved),
        insertTask(ctx, pictures, isMoved),
      ]
  const [[moved]] = await ctx.db.batch([
    ctx.db
      .update(splits)
      .set({ composedAt: ctx.now(), moveId })
      .where(and(eq(splits.taskId, lead.id), isNull(splits.composedAt), isWanted))
      .returning(),
    ...joining,
    ctx.db.delete(chunks).where(and(eq(chunks.parentId, lead.id), isMoved)),
  ])
  if (!moved) return
  ctx.log.info('film composed', { taskId: lead.id, chunks: split.chunkCount })
  if (!lead.remakeOf) await enqueue(ctx, [pictures])
}

/** What was chosen for the film that an encode shows. */
export async function findChoices(ctx: Ctx, id: EncodeId): Promise<Choices | null> {
  const [encode] = await ctx.db.select().from(encodes).where(eq(encodes.id, id))
  return encode?.choices ?? null
}

/** What posters, storyboard and peaks of a composed film are made of. */
export async function findPlaylists(ctx: Ctx, leadId: TaskId): Promise<TaskSpec['pictures']> {
  const [lead] = await ctx.db.select().from(tasks).where(eq(tasks.id, leadId))
  if (!lead) return null
  const made = await ctx.db.select().from(renditions).where(eq(renditions.encodeId, lead.encodeId))
  const videos = made
    .filter(({ codecs }) => codecs.startsWith('avc1'))
    .toSorted((a, b) => (b.heightPx ?? 0) - (a.heightPx ?? 0))
  const keyOf = (name: string) => `${outputPrefix(lead)}${name}/${mediaPlaylistName}`
  const [top, lowest] = [videos[0], videos.at(-1)]
  if (!top || !lowest) return null
  const audio = made.find(({ name }) => name === 'audio')
  return {
    top: keyOf(top.name),
    lowest: keyOf(lowest.name),
    audio: audio ? keyOf(audio.name) : null,
  }
}
