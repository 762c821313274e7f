import { and, eq, inArray, isNull, lte, sql } from 'drizzle-orm'
import type { TaskId } from '#contracts/id.ts'
import { defaultAudio, defaultLadder, gopSeconds, segmentSeconds } from '#contracts/ladder.ts'
import { type TaskSpec, heartbeatSeconds, leaseSeconds } from '#contracts/task.ts'
import type { Ctx } from '../../core/context.ts'
import { signTaskToken } from '../../core/token.ts'
import type { Dispatch } from '../../ports/transcoder.ts'
import { findSource } from '../source/service.ts'
import { listArrived } from '../upload/source.ts'
import { type VideoRow, videos } from '../video/table.ts'
import { enqueue } from './queue.ts'
import { failTask, outputPrefix, putBack } from './service.ts'
import { type TaskRow, tasks } from './table.ts'

/** An attempt that runs longer is killed, however lively it seems. */
const hardSeconds = 6 * 3600

/** Takes the task for one attempt, if it may be taken. Duplicated messages claim nothing. */
export async function claimTask(ctx: Ctx, id: TaskId): Promise<TaskRow | undefined> {
  const now = ctx.now()
  const isWaiting = and(inArray(tasks.state, ['queued', 'retry']), lte(tasks.notBefore, now))
  const [claimed] = await ctx.db
    .update(tasks)
    .set({
      state: 'starting',
      attempt: sql`${tasks.attempt} + 1`,
      leaseId: ctx.id('lease'),
      leaseUntil: now + leaseSeconds * 1000,
      seq: 0,
      progress: null,
      updatedAt: now,
    })
    .where(and(eq(tasks.id, id), isWaiting))
    .returning()
  return claimed
}

/** Claims a task and hands it to the transcoder. For the queue: never throws for a busy fleet. */
export async function dispatchTask(ctx: Ctx, id: TaskId): Promise<void> {
  const task = await claimTask(ctx, id)
  if (!task) return
  const [video] = await ctx.db
    .select()
    .from(videos)
    .where(and(eq(videos.id, task.videoId), isNull(videos.deletedAt)))
  if (!video?.sourceKey)
    return failTask(ctx, task, { code: 'source_missing', message: 'no source' })

  const spec = await toSpec(ctx, task, video)
  const dispatch = await handOver(ctx, spec)
  ctx.log.info('task dispatched', { taskId: id, attempt: task.attempt, dispatch })
  if (dispatch === 'accepted') return
  if (dispatch === 'refused') {
    return failTask(ctx, task, { code: 'internal', message: 'the transcoder refused the spec' })
  }
  await putBack(ctx, task)
  if (dispatch !== 'busy') await enqueue(ctx, [task], 5)
}

/** The ETags that the upload ended with, in the order of its parts. */
async function findPins(ctx: Ctx, task: TaskRow): Promise<{ etags?: string[] }> {
  const source = await findSource(ctx, task.videoId)
  const parts = source && (await listArrived(ctx, source.uploadId))
  return parts?.size ? { etags: [...parts.values()] } : {}
}

const wholeLadder = {
  ladder: defaultLadder,
  audio: defaultAudio,
  segmentSeconds,
  gopSeconds,
}

/** The lowest rung, or the sound alone, in segments so short that the first one is soon there. */
async function planOpening(ctx: Ctx, task: TaskRow) {
  const source = await findSource(ctx, task.videoId)
  const ladder = source?.opening === 'audio' ? [] : defaultLadder.slice(-1)
  return { ladder, audio: defaultAudio, segmentSeconds: gopSeconds, gopSeconds }
}

async function handOver(ctx: Ctx, spec: TaskSpec): Promise<Dispatch> {
  try {
    return await ctx.env.TASKS.getByName(spec.taskId).start(spec)
  } catch (error) {
    ctx.log.error('the watchdog did not answer', error, { taskId: spec.taskId })
    return 'unreachable'
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
    requestId: ctx.requestId,
    input: {
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
    ...(task.kind === 'opening' ? await planOpening(ctx, task) : wholeLadder),
    callback: {
      baseUrl: config.CALLBACK_URL,
      token: await signTaskToken(ctx, claim, ctx.now() + hardSeconds * 1000),
    },
    deadlines: { heartbeatSeconds, leaseSeconds, hardSeconds },
  }
}
