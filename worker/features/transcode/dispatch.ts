import { type SQL, and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { TaskId } from '#contracts/id.ts'
import {
  defaultAudio,
  defaultLadder,
  gopSeconds,
  openingRung,
  PictureCodec,
  segmentSeconds,
} from '#contracts/ladder.ts'
import {
  type SourceObject,
  type Lane,
  type TaskKind,
  type TaskSpec,
  heartbeatSeconds,
  leaseSeconds,
} from '#contracts/task.ts'
import type { Ctx } from '../../core/context.ts'
import { signTaskToken } from '../../core/token.ts'
import type { Dispatch } from '../../ports/transcoder.ts'
import { findSource } from '../source/service.ts'
import { listArrived } from '../upload/source.ts'
import { type VideoRow, videos } from '../video/table.ts'
import { findTranscodeSettings } from '../workspace/service.ts'
import { findChoices, findPlaylists } from './compose.ts'
import { enqueue, isEnding, turnOf } from './queue.ts'
import { failTask, outputPrefix, putBack } from './service.ts'
import { findSplit } from './split.ts'
import { type TaskRow, tasks } from './table.ts'

/** An attempt that runs longer is killed, however lively it seems. */
const hardSeconds = 6 * 3600
/** For its last word: the clock of the attempt starts later than that of its token. */
const graceSeconds = 1800

/**
 * Takes the task whose turn it is in the lane of the task that a message names: a message says only
 * that there is something to do. Duplicates find the next one, or none.
 */
export async function claimNext(ctx: Ctx, id: TaskId): Promise<TaskRow | undefined> {
  const [named] = await ctx.db.select({ lane: tasks.lane }).from(tasks).where(eq(tasks.id, id))
  return named && claimInLane(ctx, named.lane)
}

/** Long work leaves places for those who wait for a first picture or a clip. */
const hasPlace = (ctx: Ctx, lane: Lane): SQL =>
  lane === 'long'
    ? sql`(select count(*) from tasks other where other.lane = ${lane}
        and other.state in ('starting', 'running')) < ${ctx.config.FLEET_SLOTS}`
    : sql`true`

/**
 * Looks and takes in one statement: messages that come at the same time take one task each, and no
 * more than the lane has places for.
 */
async function claimInLane(ctx: Ctx, lane: Lane): Promise<TaskRow | undefined> {
  const now = ctx.now()
  const [claimed] = await ctx.db
    .update(tasks)
    .set({
      state: 'starting',
      attempt: sql`${tasks.attempt} + 1`,
      leaseId: ctx.id('lease'),
      leaseUntil: now + leaseSeconds * 1000,
      seq: 0,
      progress: null,
      timeLeftMs: sql`case when ${tasks.isSplit} then ${tasks.timeLeftMs} else null end`,
      startedAt: now,
      updatedAt: now,
    })
    .where(and(inArray(tasks.id, turnOf(ctx, lane)), hasPlace(ctx, lane)))
    .returning()
  return claimed
}

/** Claims a task and hands it to the transcoder. For the queue: never throws for a busy fleet. */
export async function dispatchTask(ctx: Ctx, id: TaskId): Promise<void> {
  const task = await claimNext(ctx, id)
  if (!task) return
  const [video] = await ctx.db
    .select()
    .from(videos)
    .where(and(eq(videos.id, task.videoId), isNull(videos.deletedAt)))
  if (!video?.sourceKey) {
    await failTask(ctx, task, { code: 'source_missing', message: 'no source' })
    return
  }
  const spec = await toSpec(ctx, task, video)
  const dispatch = await handOver(ctx, spec)
  ctx.log.info('task dispatched', { taskId: task.id, attempt: task.attempt, dispatch })
  if (dispatch === 'accepted') return
  if (dispatch === 'refused') {
    await failTask(ctx, task, { code: 'internal', message: 'the transcoder refused the spec' })
    return
  }
  await putBack(ctx, task, { isUsed: dispatch === 'lost' })
  const delaySeconds = dispatch === 'busy' ? endingSeconds : restSeconds
  if (dispatch !== 'busy' || (await isEnding(ctx, task.lane))) {
    await enqueue(ctx, [task], delaySeconds)
  }
}

/** A busy machine that is about to have a place; otherwise the next end wakes the task. */
const endingSeconds = 2
const restSeconds = 5

/** The ETags that the upload ended with, in the order of its parts. */
async function findPins(ctx: Ctx, task: TaskRow): Promise<{ etags?: string[] }> {
  const source = await findSource(ctx, task.videoId)
  const parts = source && (await listArrived(ctx, source.uploadId))
  return parts?.size ? { etags: [...parts.values()] } : {}
}

type Making = Pick<
  TaskSpec,
  | 'ladder'
  | 'codecs'
  | 'isPerTitle'
  | 'isWhole'
  | 'only'
  | 'choices'
  | 'split'
  | 'chunk'
  | 'pictures'
  | 'segmentSeconds'
>

const openingOnly: Making = {
  ladder: [openingRung],
  codecs: ['h264'],
  isPerTitle: false,
  isWhole: true,
  only: null,
  choices: null,
  split: null,
  chunk: null,
  pictures: null,
  segmentSeconds,
}

/** The lowest rung, or the sound alone, in segments so short that the first one is soon there. */
async function planOpening(ctx: Ctx, task: TaskRow): Promise<Making> {
  const source = await findSource(ctx, task.videoId)
  const ladder = source?.opening === 'audio' ? [] : [openingRung]
  return { ...openingOnly, ladder, segmentSeconds: gopSeconds }
}

/** The whole ladder as the workspace wants it, or the renditions that are made again. */
async function planWhole(ctx: Ctx, task: TaskRow): Promise<Making> {
  const { codecs, maxShortSidePx } = await findTranscodeSettings(ctx, task.workspaceId)
  const split = await findSplit(ctx, task.id)
  return {
    ...openingOnly,
    ladder: defaultLadder.filter(({ shortSidePx }) => shortSidePx <= maxShortSidePx),
    codecs: task.onlyNames ? allCodecs : codecs,
    isPerTitle: true,
    isWhole: task.isWhole,
    only: task.onlyNames,
    choices: task.remakeOf ? await findChoices(ctx, task.remakeOf) : null,
    split: split?.plan ?? null,
  }
}

const allCodecs = PictureCodec.options

async function planPart(ctx: Ctx, task: TaskRow): Promise<Making> {
  const lead = task.parentId!
  const split = await findSplit(ctx, lead)
  const isChunk = task.kind === 'chunk'
  return {
    ...openingOnly,
    split: isChunk ? (split?.plan ?? null) : null,
    chunk: task.chunk,
    pictures: isChunk ? null : await findPlaylists(ctx, lead),
  }
}

const plans: Record<TaskKind, (ctx: Ctx, task: TaskRow) => Promise<Making>> = {
  opening: planOpening,
  encode: planWhole,
  chunk: planPart,
  pictures: planPart,
}

/** Chunks of a source that cannot be cut are cut out of a clean copy. */
async function findCopy(ctx: Ctx, task: TaskRow): Promise<SourceObject | null> {
  if (task.kind !== 'chunk') return null
  return (await findSplit(ctx, task.parentId!))?.input ?? null
}

async function handOver(ctx: Ctx, spec: TaskSpec): Promise<Dispatch> {
  try {
    return await ctx.env.TASKS.getByName(spec.taskId).start(spec)
  } catch (error) {
    ctx.log.error('the watchdog did not answer', error, { taskId: spec.taskId })
    return 'lost'
  }
}

async function toSpec(ctx: Ctx, task: TaskRow, video: VideoRow): Promise<TaskSpec> {
  const { config } = ctx
  const claim = { taskId: task.id, attempt: task.attempt, leaseId: task.leaseId! }
  return {
    v: 1,
    ...claim,
    videoId: task.videoId,
    encodeId: task.encodeId,
    kind: task.kind,
    lane: task.lane,
    fleetSlots: config.FLEET_SLOTS,
    longSeconds: config.LONG_SECONDS,
    requestId: ctx.requestId,
    input: (await findCopy(ctx, task)) ?? {
      bucket: config.MEDIA_BUCKET,
      key: video.sourceKey!,
      sizeBytes: video.sourceBytes!,
      partBytes: video.sourcePartBytes,
      ...(await findPins(ctx, task)),
    },
    output: { bucket: config.MEDIA_BUCKET, prefix: outputPrefix(task) },
    s3: {
      endpoint: config.S3_ENDPOINT,
      region: 'auto',
      accessKeyId: config.R2_ACCESS_KEY_ID,
      secretAccessKey: config.R2_SECRET_ACCESS_KEY,
    },
    ...(await plans[task.kind](ctx, task)),
    audio: defaultAudio,
    gopSeconds,
    callback: {
      baseUrl: config.CALLBACK_URL,
      token: await signTaskToken(ctx, claim, ctx.now() + (hardSeconds + graceSeconds) * 1000),
    },
    deadlines: { heartbeatSeconds, leaseSeconds, hardSeconds },
  }
}
