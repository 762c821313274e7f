import { and, eq, inArray, sql } from 'drizzle-orm'
import type { TaskId } from '#contracts/id.ts'
import {
  type Heartbeat,
  type PublishedRendition,
  type TaskFailure,
  type TaskReport,
  leaseSeconds,
} from '#contracts/task.ts'
import { requireTask } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { record } from '../../core/record.ts'
import {
  iframeBits,
  iframePlaylist,
  iframePlaylistName,
  mediaPlaylist,
  mediaPlaylistName,
} from '../delivery/playlist.ts'
import { publicationOf } from '../video/moves.ts'
import { holdsLease } from './policy.ts'
import { wakeNext } from './queue.ts'
import { failTask, outputPrefix, releaseTask, retryOrBury } from './service.ts'
import { type TaskProgress, type TaskRow, encodes, renditions, tasks } from './table.ts'

const fenced = () => new AppError('fenced', 'Another attempt holds this task. Stop.')

/** The row as far as this very attempt may speak for it. Throws `fenced`. */
async function loadClaimed(
  ctx: Ctx,
  id: TaskId,
  body: { attempt: number; leaseId: string },
): Promise<TaskRow> {
  const claim = requireTask(ctx.actor)
  const isOwn =
    claim.taskId === id && claim.attempt === body.attempt && claim.leaseId === body.leaseId
  const [task] = await ctx.db.select().from(tasks).where(eq(tasks.id, id))
  if (!isOwn || !task || task.leaseId !== claim.leaseId) throw fenced()
  return task
}

/** Extends the lease. Throws `fenced` to zombies; late beats change nothing. */
export async function heartbeat(
  ctx: Ctx,
  id: TaskId,
  beat: Heartbeat,
): Promise<{ leaseUntil: number; isCancelled: boolean }> {
  const task = await loadClaimed(ctx, id, beat)
  if (task.state === 'cancelled') return { leaseUntil: ctx.now(), isCancelled: true }
  if (!holdsLease(task, beat)) throw fenced()
  const leaseUntil = ctx.now() + leaseSeconds * 1000
  const [beaten] = await ctx.db
    .update(tasks)
    .set({
      state: 'running',
      leaseUntil,
      seq: beat.seq,
      progress: toProgress(ctx, task, beat),
      updatedAt: ctx.now(),
    })
    .where(
      and(
        eq(tasks.id, id),
        eq(tasks.leaseId, beat.leaseId),
        inArray(tasks.state, ['starting', 'running']),
        sql`${tasks.seq} <= ${beat.seq}`,
      ),
    )
    .returning({ id: tasks.id })
  if (!beaten) ctx.log.info('late heartbeat', { taskId: id, seq: beat.seq })
  return { leaseUntil, isCancelled: false }
}

function toProgress(ctx: Ctx, task: TaskRow, beat: Heartbeat): TaskProgress {
  const before = task.progress
  const isEncoding = beat.phase === 'encode' || beat.phase === 'store'
  return {
    phase: beat.phase,
    percent: Math.max(beat.percent, before?.percent ?? 0),
    speed: beat.speed,
    renditions: beat.renditions,
    encodeStartedAt: before?.encodeStartedAt ?? (isEncoding ? ctx.now() : null),
  }
}

/**
 * Publishes an attempt's outputs, once. What the report names must lie in storage with the size it
 * names; then playlists are written, and one batch behind the lease makes it the video's encode.
 */
export async function completeTask(
  ctx: Ctx,
  id: TaskId,
  report: TaskReport,
): Promise<{ ok: true }> {
  const task = await loadClaimed(ctx, id, report)
  if (task.state === 'done') return { ok: true }
  if (!holdsLease(task, report)) throw fenced()
  const prefix = outputPrefix(task)
  await requireStored(ctx, prefix, report)
  for (const rendition of report.renditions) await writePlaylists(ctx, prefix, rendition)
  await publish(ctx, task, report)
  await wakeNext(ctx)
  return { ok: true }
}

async function writePlaylists(ctx: Ctx, prefix: string, rendition: PublishedRendition) {
  const playlists = {
    [mediaPlaylistName]: mediaPlaylist(rendition),
    [iframePlaylistName]: iframePlaylist(rendition),
  }
  for (const [name, text] of Object.entries(playlists)) {
    if (text) await ctx.env.MEDIA.put(`${prefix}${rendition.name}/${name}`, text)
  }
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
  const missing = others.find((key) => !stored.get(key))
  if (!wrong && !missing) return
  const key = wrong?.key ?? missing
  throw new AppError('invalid_fields', `The output ${key} is not stored as reported.`)
}

async function publish(ctx: Ctx, task: TaskRow, report: TaskReport): Promise<void> {
  const now = ctx.now()
  const moveId = ctx.id('event')
  const isMoved = sql`exists (select 1 from tasks where id = ${task.id} and move_id = ${moveId})`
  const [[moved]] = await ctx.db.batch([
    ctx.db
      .update(tasks)
      .set({
        state: 'done',
        moveId,
        cpuSeconds: report.cpuSeconds,
        updatedAt: now,
        finishedAt: now,
      })
      .where(
        and(
          eq(tasks.id, task.id),
          eq(tasks.attempt, report.attempt),
          eq(tasks.leaseId, report.leaseId),
          inArray(tasks.state, ['starting', 'running']),
        ),
      )
      .returning(),
    insertWhere(
      ctx.db,
      encodes,
      {
        id: task.encodeId,
        videoId: task.videoId,
        taskId: task.id,
        attempt: task.attempt,
        prefix: outputPrefix(task),
        posterKey: report.posterKey,
        storyboard: report.storyboard,
        createdAt: now,
      },
      isMoved,
    ),
    ...report.renditions.map((rendition) =>
      insertWhere(ctx.db, renditions, toRow(task, rendition, now), isMoved),
    ),
    publicationOf(
      ctx,
      task.videoId,
      {
        encodeId: task.encodeId,
        durationMs: report.media.durationMs,
        widthPx: report.media.widthPx,
        heightPx: report.media.heightPx,
        hasVideo: report.renditions.some((rendition) => rendition.kind === 'video'),
        hasAudio: report.renditions.some((rendition) => rendition.kind === 'audio'),
      },
      isMoved,
    ),
    record(ctx, 'video.ready', {
      workspaceId: task.workspaceId,
      videoId: task.videoId,
      data: { encodeId: task.encodeId, durationMs: report.media.durationMs },
      when: isMoved,
    }),
  ])
  if (!moved) throw fenced()
}

const toRow = (task: TaskRow, rendition: PublishedRendition, now: number) => ({
  ...rendition,
  encodeId: task.encodeId,
  iframeBitsPerSecond: iframeBits(rendition),
  sizeBytes: rendition.segments.reduce((sum, segment) => sum + segment.sizeBytes, 0),
  createdAt: now,
})

/** Gives the attempt up: again later, or for good. Throws `fenced`, also to a repeat. */
export async function failClaimed(
  ctx: Ctx,
  id: TaskId,
  failure: TaskFailure,
): Promise<{ ok: true }> {
  const task = await loadClaimed(ctx, id, failure)
  if (!holdsLease(task, failure)) throw fenced()
  const reason = { code: failure.code, message: failure.message }
  await (failure.isRetryable ? retryOrBury(ctx, task, reason) : failTask(ctx, task, reason))
  return { ok: true }
}

export async function releaseClaimed(
  ctx: Ctx,
  id: TaskId,
  claim: { attempt: number; leaseId: string },
): Promise<{ ok: true }> {
  const task = await loadClaimed(ctx, id, claim)
  if (!holdsLease(task, claim)) throw fenced()
  await releaseTask(ctx, task)
  return { ok: true }
}
