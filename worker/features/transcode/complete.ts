import { type SQL, and, eq } from 'drizzle-orm'
import type { TaskId } from '#contracts/id.ts'
import type { TaskReport, VideoRendition } from '#contracts/task.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { openingOf } from '../video/moves.ts'
import { isHeldBy, movedBy } from './claim.ts'
import { composeIfWhole } from './compose.ts'
import { endOf, loadLead, readyOf } from './finish.ts'
import { holdsLease } from './policy.ts'
import { notStored, writePlaylists } from './publish.ts'
import { leadOf, wakeNext } from './queue.ts'
import { remakeOf } from './remake.ts'
import { insertEncode, replaceEncode } from './rendition.ts'
import { fenced, loadClaimed } from './report.ts'
import { letGo, outputPrefix } from './service.ts'
import { showTogether } from './shown.ts'
import { findSplit } from './split.ts'
import { type TaskRow, chunks, encodes, tasks } from './table.ts'

/**
 * Takes an attempt's outputs, once. What the report names must lie in storage with the size it
 * names; then playlists are written, and one batch behind the lease makes them the film's. A repeat
 * is answered the same, and finds what its first call left undone.
 */
export async function completeTask(
  ctx: Ctx,
  id: TaskId,
  report: TaskReport,
): Promise<{ ok: true }> {
  const task = await loadClaimed(ctx, id, report)
  if (task.state !== 'done') {
    if (!holdsLease(task, report)) throw fenced()
    if (task.kind === 'chunk') await requirePlanned(ctx, task, report)
    await requireStored(ctx, task, report)
    if (task.kind !== 'chunk') {
      for (const rendition of report.renditions) await writePlaylists(ctx, task, rendition, true)
    }
    await take(ctx, task, report)
  }
  try {
    if (task.kind === 'chunk') await showTogether(ctx, task.parentId!)
    if (task.kind === 'chunk' || task.isSplit) await composeIfWhole(ctx, leadOf(task))
  } finally {
    letGo(ctx, task)
    await wakeNext(ctx, task.lane) // last, for its place is free once this is answered
  }
  return { ok: true }
}

/** A film is composed of what all its chunks have: throws `invalid_fields` where one lacks any. */
async function requirePlanned(ctx: Ctx, task: TaskRow, report: TaskReport): Promise<void> {
  const split = await findSplit(ctx, task.parentId!)
  const made = new Set(report.renditions.filter(isVideo).map(({ name }) => name))
  const missing = split?.plan.videos.find(({ name }) => !made.has(name))
  if (missing) throw new AppError('invalid_fields', `The chunk lacks ${missing.name}.`)
}

/** Throws `invalid_fields` when an output is missing or has another size. */
async function requireStored(ctx: Ctx, task: TaskRow, report: TaskReport): Promise<void> {
  const prefix = outputPrefix(task)
  const stored = new Map<string, number>()
  let cursor: string | undefined
  do {
    const listed = await ctx.env.MEDIA.list({ prefix, ...(cursor && { cursor }) })
    for (const object of listed.objects) stored.set(object.key.slice(prefix.length), object.size)
    cursor = listed.truncated ? listed.cursor : undefined
  } while (cursor)

  const segments = report.renditions.flatMap((rendition) => rendition.segments)
  const wrong = segments.find((segment) => stored.get(segment.key) !== segment.sizeBytes)
  const { pictures, captions } = report
  const inits = report.renditions.map((rendition) => rendition.initKey)
  const others = [
    ...(task.chunk && task.chunk.number > 0 ? [] : inits), // the first chunk's serve the others
    ...captions.map(({ key }) => key),
    ...(pictures?.posters ?? []).map(({ key }) => key),
    ...(pictures?.storyboard?.sheetKeys ?? []),
    ...(pictures?.previewKey ? [pictures.previewKey] : []),
    ...(pictures?.peaks ? [pictures.peaks.key] : []),
  ]
  const missing = wrong?.key ?? others.find((key) => !stored.get(key))
  if (missing) throw notStored(missing)
}

async function take(ctx: Ctx, task: TaskRow, report: TaskReport): Promise<void> {
  const now = ctx.now()
  const moveId = ctx.id('event')
  const { cpuSeconds } = report
  const [[moved]] = await ctx.db.batch([
    ctx.db
      .update(tasks)
      .set({ state: 'done', moveId, cpuSeconds, updatedAt: now, finishedAt: now })
      .where(isHeldBy(task, report))
      .returning(),
    ...(await outcomeOf(ctx, task, report, movedBy(task, moveId))),
  ])
  if (!moved) throw fenced()
}

/** What follows from a report, as statements behind `isMoved`. */
async function outcomeOf(ctx: Ctx, task: TaskRow, report: TaskReport, isMoved: SQL) {
  const { renditions: made, pictures, captions, choices, media } = report
  const facts = { isComplete: true, pictures, captions, choices }
  if (task.kind === 'chunk') return chunkOf(ctx, task, report, isMoved)
  if (task.kind === 'pictures') return picturesOf(ctx, task, report, isMoved)
  if (task.kind === 'opening') {
    return [
      ...replaceEncode(ctx, task, made, facts, isMoved),
      openingOf(ctx, task.videoId, task.encodeId, isMoved),
    ]
  }
  if (task.remakeOf) {
    return [insertEncode(ctx, task, facts, isMoved), ...(await remakeOf(ctx, task, made, isMoved))]
  }
  if (task.isSplit) {
    return replaceEncode(ctx, task, made, { ...facts, isComplete: false }, isMoved)
  }
  return [
    ...replaceEncode(ctx, task, made, facts, isMoved),
    ...readyOf(ctx, task, { media, hasAudio: made.some(({ kind }) => kind === 'audio') }, isMoved),
  ]
}

const isVideo = (rendition: TaskReport['renditions'][number]): rendition is VideoRendition =>
  rendition.kind === 'video'

const chunkOf = (ctx: Ctx, task: TaskRow, report: TaskReport, isMoved: SQL) => [
  insertEncode(ctx, task, { isComplete: true }, isMoved),
  insertWhere(
    ctx.db,
    chunks,
    {
      taskId: task.id,
      parentId: task.parentId!,
      number: task.chunk!.number,
      prefix: outputPrefix(task),
      renditions: report.renditions.filter(isVideo),
      createdAt: ctx.now(),
    },
    isMoved,
  ),
]

/** The last thing that a long film waits for. */
async function picturesOf(ctx: Ctx, task: TaskRow, { pictures }: TaskReport, isMoved: SQL) {
  const lead = await loadLead(ctx, task)
  return [
    insertEncode(ctx, task, { isComplete: true }, isMoved),
    ctx.db
      .update(encodes)
      .set({ pictures, picturesPrefix: outputPrefix(task) })
      .where(and(eq(encodes.id, lead.encodeId), isMoved)),
    ...(await endOf(ctx, lead, isMoved)),
  ]
}
