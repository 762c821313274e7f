import { mkdir, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import type { TaskReport, TaskSpec } from '#contracts/task.ts'
import { Stopped, TaskError, toTaskError } from './failure.ts'
import type { Log } from './log.ts'
import { planEncode, toEncodeCommand } from './plan/encode.ts'
import type { EncodePlan } from './plan/encode.ts'
import { explainRun } from './plan/explain.ts'
import type { Source } from './plan/source.ts'
import { startPulse } from './pulse.ts'
import type { Pulse } from './pulse.ts'
import { checkOutputs } from './run/check.ts'
import type { Made } from './run/check.ts'
import { runFfmpeg } from './run/ffmpeg.ts'
import { makeImages } from './run/images.ts'
import { probeSource } from './run/probe.ts'
import { createReporter } from './run/report.ts'
import type { Reporter } from './run/report.ts'
import type { Scratch, ScratchRoot } from './run/scratch.ts'
import { openStorage } from './run/storage.ts'
import type { Storage } from './run/storage.ts'

/** What every step of an attempt may use. */
interface Attempt {
  spec: TaskSpec
  log: Log
  pulse: Pulse
  storage: Storage
  scratch: Scratch
  signal: AbortSignal
}

export interface RunningTask {
  state: Pulse['state']
  /** Settles when nothing of the attempt runs any more; never rejects. */
  done: Promise<'completed' | 'failed' | Stopped['why']>
  stop: (reason: Stopped) => void
  reporter: Reporter
}

const maxFileBytes = 4e9
/** Threads take address space, and there are as many as cores. */
const maxMemoryBytes = 4e9 + 1e9 * availableParallelism()

/** Start one attempt; it reports by itself. */
export function startTask(spec: TaskSpec, scratchRoot: ScratchRoot, log: Log): RunningTask {
  const stopping = new AbortController()
  const reporter = createReporter(spec)
  const stop = (reason: Stopped) => stopping.abort(reason)
  const pulse = startPulse({ spec, reporter, log, stop })
  const deadline = setTimeout(() => {
    const { phase } = pulse.state()
    const isSlowFilm = phase === 'probe' || phase === 'encode' // a network may be faster next time
    const message = `Not done after ${spec.deadlines.hardSeconds} s`
    stopping.abort(new TaskError('timed_out', message, { isRetryable: !isSlowFilm }))
  }, spec.deadlines.hardSeconds * 1000)

  async function run() {
    const startedAt = performance.now()
    const tookMs = () => Math.round(performance.now() - startedAt)
    try {
      const report = await makeFilm(spec, scratchRoot, log, pulse, stopping.signal)
      clearTimeout(deadline)
      pulse.conclude()
      await reporter.complete(report, stopping.signal)
      log.info('task completed', { tookMs: tookMs(), cpuSeconds: report.cpuSeconds })
      return 'completed'
    } catch (error) {
      clearTimeout(deadline)
      return await giveUp(error, tookMs())
    } finally {
      pulse.end()
    }
  }

  async function giveUp(error: unknown, tookMs: number) {
    const stopped = [stopping.signal.reason, error].find((reason) => reason instanceof Stopped)
    if (stopped) {
      log.warn('task stopped', { why: stopped.why, tookMs })
      return stopped.why
    }
    const { code, isRetryable, message } = toTaskError(error)
    log.error('task failed', { code, isRetryable, error: message, tookMs })
    pulse.conclude()
    const lease = { attempt: spec.attempt, leaseId: spec.leaseId }
    const failure = { ...lease, code, isRetryable, message: message.slice(0, 2000) }
    try {
      // A signal of its own: the deadline that ended the work must not silence its report.
      await reporter.fail(failure, AbortSignal.timeout(600_000))
    } catch (cause) {
      log.error('failure not reported', { error: String(cause) })
    }
    return 'failed'
  }

  return { state: pulse.state, done: run(), stop, reporter }
}

/** The recipe: fetch, probe, plan, run, check, store. Throws `TaskError` or the signal's reason. */
async function makeFilm(
  spec: TaskSpec,
  scratchRoot: ScratchRoot,
  log: Log,
  pulse: Pulse,
  signal: AbortSignal,
): Promise<TaskReport> {
  const scratch = await scratchRoot.open(`${spec.taskId}-a${spec.attempt}`)
  const storage = openStorage(spec, signal)
  const attempt: Attempt = { spec, log, pulse, storage, scratch, signal }
  try {
    const sourcePath = scratch.path('source')
    await storage.fetchSource(sourcePath, (bytes) =>
      pulse.move('fetch', bytes / Math.max(1, spec.input.sizeBytes)),
    )

    pulse.move('probe', 0)
    const source = await probeSource(sourcePath, signal)
    const plan = planEncode(source, spec)
    log.info('planned', { source, videos: plan.videos, audio: plan.audio })
    pulse.plan(toPlanned(plan))

    const { made, cpuSeconds } = await encode(attempt, source, plan, sourcePath)
    await rm(sourcePath, { force: true })
    const images = await paint(attempt, plan, made)
    await store(attempt, made, images?.keys ?? [])
    return toReport(spec, made, images, cpuSeconds + (images?.cpuSeconds ?? 0))
  } finally {
    storage.close()
    await scratch.remove()
  }
}

const toPlanned = (plan: EncodePlan) => [
  ...plan.videos.map(({ name, widthPx, heightPx }) => ({
    ...{ name, widthPx, heightPx },
    kind: 'video' as const,
  })),
  ...(plan.audio
    ? [{ name: plan.audio.name, kind: 'audio' as const, widthPx: null, heightPx: null }]
    : []),
]

const limitsOf = (spec: TaskSpec) => ({
  addressSpaceBytes: maxMemoryBytes,
  cpuSeconds: spec.deadlines.hardSeconds * availableParallelism(),
  fileBytes: maxFileBytes,
})

async function encode(attempt: Attempt, source: Source, plan: EncodePlan, sourcePath: string) {
  const { spec, pulse, scratch, signal, log } = attempt
  const outDir = scratch.path('out')
  for (const { name } of toPlanned(plan))
    await mkdir(scratch.path('out', name), { recursive: true })

  pulse.move('encode', 0)
  const result = await runFfmpeg(toEncodeCommand(source, plan, { sourcePath, outDir }), {
    signal,
    limits: limitsOf(spec),
    onProgress: ({ outSeconds, speed }) =>
      pulse.move('encode', (outSeconds / plan.durationSeconds) * 0.98, speed),
  })
  const { isOk, exitMessage, errorCount, cpuSeconds } = result
  log.info('ffmpeg ended', { isOk, exitMessage, errorCount, cpuSeconds })
  const trouble = explainRun(result)
  if (trouble) throw trouble
  try {
    return { made: await checkOutputs(plan, outDir), cpuSeconds: cpuSeconds ?? 0 }
  } catch (error) {
    log.warn('outputs refused', { errorLines: result.errorLines, error: String(error) })
    throw error
  }
}

const isVideo = (made: Made) => made.rendition.kind === 'video'

async function paint({ spec, scratch, signal, pulse }: Attempt, plan: EncodePlan, made: Made[]) {
  const videos = made.map(({ rendition }) => rendition).filter((r) => r.kind === 'video')
  if (!videos.length) return null
  const place = {
    outDir: scratch.path('out'),
    workDir: scratch.dir,
    gopSeconds: plan.rate ? (plan.gopFrames * plan.rate.den) / plan.rate.num : spec.gopSeconds,
  }
  const images = await makeImages(videos, place, { signal, limits: limitsOf(spec) })
  pulse.move('encode', 1)
  return images
}

async function store({ scratch, storage, pulse }: Attempt, made: Made[], imageKeys: string[]) {
  const keys = [
    ...imageKeys,
    ...made.flatMap(({ rendition: { initKey, segments } }) => [
      initKey,
      ...segments.map((segment) => segment.key),
    ]),
  ]
  let stored = 0
  pulse.move('store', 0)
  await storage.store(
    keys.map((key) => ({ key, path: scratch.path('out', key) })),
    () => pulse.move('store', ++stored / keys.length),
  )
}

function toReport(
  spec: TaskSpec,
  made: Made[],
  images: Awaited<ReturnType<typeof paint>>,
  cpuSeconds: number,
): TaskReport {
  const first = made[0]!
  const top = first.rendition.kind === 'video' ? first.rendition : null
  const shown = made.some(isVideo) ? made.filter(isVideo) : made
  const seconds = Math.max(...shown.map(({ durationSeconds }) => durationSeconds))
  return {
    attempt: spec.attempt,
    leaseId: spec.leaseId,
    media: {
      durationMs: Math.max(1, Math.round(seconds * 1000)),
      widthPx: top?.widthPx ?? null,
      heightPx: top?.heightPx ?? null,
      framesPerSecond: top?.framesPerSecond ?? null,
    },
    renditions: made.map(({ rendition }) => rendition),
    posterKey: images?.posterKey ?? null,
    storyboard: images?.storyboard ?? null,
    cpuSeconds: Math.round(cpuSeconds * 100) / 100,
  }
}
