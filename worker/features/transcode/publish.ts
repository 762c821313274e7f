import { type SQL, and, eq, inArray, or, sql } from 'drizzle-orm'
import type { Id, TaskId } from '#contracts/id.ts'
import type { PublishedRendition, TaskPublication, TaskReport } from '#contracts/task.ts'
import { inJson } from '../../core/column.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { record } from '../../core/record.ts'
import {
  growingPlaylist,
  growingPlaylistName,
  iframeBits,
  iframePlaylist,
  iframePlaylistName,
  mediaPlaylist,
  mediaPlaylistName,
} from '../delivery/playlist.ts'
import { encodeOf, looksOf, openingOf, publicationOf } from '../video/moves.ts'
import { videos } from '../video/table.ts'
import { holdsLease } from './policy.ts'
import { wakeNext } from './queue.ts'
import { fenced, loadClaimed } from './report.ts'
import { outputPrefix } from './service.ts'
import { type EncodeRow, type TaskRow, encodes, renditions, tasks } from './table.ts'

/**
 * Offers to viewers what an attempt has made so far: an opening as it grows, a rendition of the
 * ladder once it is whole. The last segment of each must lie in storage; `completeTask` looks at
 * all of them. Throws `invalid_fields` and `fenced`.
 */
export async function publishClaimed(
  ctx: Ctx,
  id: TaskId,
  publication: TaskPublication,
): Promise<{ ok: true }> {
  const task = await loadClaimed(ctx, id, publication)
  if (!holdsLease(task, publication)) throw fenced()
  const prefix = outputPrefix(task)
  const made = publication.renditions.map(({ rendition }) => rendition)
  await requireEnds(ctx, prefix, made)
  for (const { rendition, isComplete } of publication.renditions) {
    await writePlaylists(ctx, task, rendition, isComplete)
  }
  await offer(ctx, task, publication)
  return { ok: true }
}

async function requireEnds(ctx: Ctx, prefix: string, made: PublishedRendition[]): Promise<void> {
  const ends = made.map(async ({ segments }) => {
    const { key, sizeBytes } = segments.at(-1)!
    const stored = await ctx.env.MEDIA.head(prefix + key)
    return stored?.size === sizeBytes ? undefined : key
  })
  const missing = (await Promise.all(ends)).find(Boolean)
  if (missing) throw notStored(missing)
}

const notStored = (key: string) =>
  new AppError('invalid_fields', `The output ${key} is not stored as reported.`)

/** What grows is read anew each time, under a name of its own; all else never changes. */
async function writePlaylists(
  ctx: Ctx,
  task: TaskRow,
  rendition: PublishedRendition,
  isComplete: boolean,
): Promise<void> {
  const playlists =
    task.kind === 'opening'
      ? { [growingPlaylistName]: growingPlaylist(rendition, isComplete) }
      : {
          [mediaPlaylistName]: mediaPlaylist(rendition),
          [iframePlaylistName]: iframePlaylist(rendition),
        }
  for (const [name, text] of Object.entries(playlists)) {
    if (text) await ctx.env.MEDIA.put(`${outputPrefix(task)}${rendition.name}/${name}`, text)
  }
}

async function offer(ctx: Ctx, task: TaskRow, publication: TaskPublication): Promise<void> {
  const moveId = ctx.id('event')
  const isMoved = movedBy(task, moveId)
  const made = publication.renditions.map(({ rendition }) => rendition)
  const { durationMs, widthPx, heightPx } = publication.media
  const isFirst = sql`exists (select 1 from ${videos}
    where ${videos.id} = ${task.videoId} and opening_id is null and encode_id is null)`
  const [[moved]] = await ctx.db.batch([
    ctx.db
      .update(tasks)
      .set({ moveId, updatedAt: ctx.now() })
      .where(isHeldBy(task, publication))
      .returning(),
    ...replaceEncode(ctx, task, made, { isComplete: false }, isMoved),
    record(ctx, 'video.playable', {
      workspaceId: task.workspaceId,
      videoId: task.videoId,
      data: { rendition: made[0]!.name },
      when: sql`${isMoved} and ${isFirst}`,
    }),
    task.kind === 'opening'
      ? openingOf(ctx, task.videoId, task.encodeId, isMoved)
      : encodeOf(ctx, task.videoId, task.encodeId, isMoved),
    looksOf(ctx, task.videoId, { durationMs, widthPx, heightPx, ...kindsOf(made) }, isMoved),
  ])
  if (!moved) throw fenced()
}

const movedBy = (task: TaskRow, moveId: Id<'event'>): SQL =>
  sql`exists (select 1 from tasks where id = ${task.id} and move_id = ${moveId})`

const isHeldBy = (task: TaskRow, claim: { attempt: number; leaseId: string }) =>
  and(
    eq(tasks.id, task.id),
    eq(tasks.attempt, claim.attempt),
    eq(tasks.leaseId, claim.leaseId as TaskRow['leaseId'] & {}),
    inArray(tasks.state, ['starting', 'running']),
  )

const kindsOf = (made: PublishedRendition[]) => ({
  hasVideo: made.some(({ kind }) => kind === 'video'),
  hasAudio: made.some(({ kind }) => kind === 'audio'),
})

type EncodeFacts = Pick<EncodeRow, 'isComplete'> &
  Partial<Pick<EncodeRow, 'posterKey' | 'storyboard'>>

/** The encode as this attempt has it: what another attempt had offered goes. */
function replaceEncode(
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
    insertWhere(
      ctx.db,
      encodes,
      {
        id: encodeId,
        videoId: task.videoId,
        taskId: task.id,
        attempt: task.attempt,
        prefix: outputPrefix(task),
        createdAt: ctx.now(),
        ...facts,
      },
      isMoved,
    ),
    ...made.map((rendition) =>
      insertWhere(ctx.db, renditions, toRow(ctx, task, rendition), isMoved),
    ),
  ]
}

const toRow = (ctx: Ctx, task: TaskRow, rendition: PublishedRendition) => ({
  ...rendition,
  encodeId: task.encodeId,
  iframeBitsPerSecond: task.kind === 'opening' ? null : iframeBits(rendition),
  sizeBytes: rendition.segments.reduce((sum, segment) => sum + segment.sizeBytes, 0),
  isGrowing: task.kind === 'opening',
  createdAt: ctx.now(),
})

/**
 * Publishes an attempt's outputs, once. What the report names must lie in storage with the size it
 * names; then playlists are written, and one batch behind the lease makes an encode the video's.
 */
export async function completeTask(
  ctx: Ctx,
  id: TaskId,
  report: TaskReport,
): Promise<{ ok: true }> {
  const task = await loadClaimed(ctx, id, report)
  if (task.state === 'done') return { ok: true }
  if (!holdsLease(task, report)) throw fenced()
  await requireStored(ctx, outputPrefix(task), report)
  for (const rendition of report.renditions) await writePlaylists(ctx, task, rendition, true)
  await publish(ctx, task, report)
  await wakeNext(ctx)
  return { ok: true }
}

/** Throws `invalid_fields` when an output is missing or has another size. */
async function requireStored(ctx: Ctx, prefix: string, report: TaskReport): Promise<void> {
  const stored = new Map<string, number>()
  let cursor: string | undefined
  do {
    const listed = await ctx.env.MEDIA.list({ prefix, ...(cursor && { cursor }) })
    for (const object of listed.objects) stored.set(object.key.slice(prefix.length), object.size)
    cursor = listed.truncated ? listed.cursor : undefined
  } while (cursor)

  const segments = report.renditions.flatMap((rendition) => rendition.segments)
  const wrong = segments.find((segment) => stored.get(segment.key) !== segment.sizeBytes)
  const others = [
    ...report.renditions.map((rendition) => rendition.initKey),
    ...(report.posterKey ? [report.posterKey] : []),
    ...(report.storyboard?.sheetKeys ?? []),
  ]
  const missing = wrong?.key ?? others.find((key) => !stored.get(key))
  if (missing) throw notStored(missing)
}

async function publish(ctx: Ctx, task: TaskRow, report: TaskReport): Promise<void> {
  const now = ctx.now()
  const moveId = ctx.id('event')
  const isMoved = movedBy(task, moveId)
  const { cpuSeconds, posterKey, storyboard } = report
  const [[moved]] = await ctx.db.batch([
    ctx.db
      .update(tasks)
      .set({ state: 'done', moveId, cpuSeconds, updatedAt: now, finishedAt: now })
      .where(isHeldBy(task, report))
      .returning(),
    ...replaceEncode(
      ctx,
      task,
      report.renditions,
      { isComplete: true, posterKey, storyboard },
      isMoved,
    ),
    ...(task.kind === 'opening'
      ? [openingOf(ctx, task.videoId, task.encodeId, isMoved)]
      : ladderOf(ctx, task, report, isMoved)),
  ])
  if (!moved) throw fenced()
}

/**
 * The whole ladder is there: the video is ready. An opening that nobody has begun is not needed;
 * one that grows goes on, for those who watch it.
 */
function ladderOf(ctx: Ctx, task: TaskRow, { media, renditions: made }: TaskReport, isMoved: SQL) {
  const { encodeId, videoId, workspaceId } = task
  const { durationMs, widthPx, heightPx } = media
  const now = ctx.now()
  return [
    ctx.db
      .update(tasks)
      .set({ state: 'cancelled', updatedAt: now, finishedAt: now })
      .where(
        and(
          eq(tasks.videoId, videoId),
          eq(tasks.kind, 'opening'),
          inArray(tasks.state, ['queued', 'retry']),
          isMoved,
        ),
      ),
    publicationOf(
      ctx,
      videoId,
      { encodeId, durationMs, widthPx, heightPx, ...kindsOf(made) },
      isMoved,
    ),
    record(ctx, 'video.ready', {
      workspaceId,
      videoId,
      data: { encodeId, durationMs },
      when: isMoved,
    }),
  ]
}
