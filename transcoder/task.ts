import type { TaskKind, TaskReport, TaskSpec } from '#contracts/task.ts'
import { Stopped, TaskError, toTaskError } from './failure.ts'
import type { Log } from './log.ts'
import { startPulse } from './pulse.ts'
import type { Pulse } from './pulse.ts'
import type { Recipe } from './recipe/attempt.ts'
import { makeChunk } from './recipe/chunk.ts'
import { makeEncode } from './recipe/encode.ts'
import { makeOpening } from './recipe/opening.ts'
import { makePicturesTask } from './recipe/pictures.ts'
import { createReporter } from './run/report.ts'
import type { Reporter } from './run/report.ts'
import type { ScratchRoot } from './run/scratch.ts'
import { openStorage } from './run/storage.ts'

export interface RunningTask {
  state: Pulse['state']
  /** Settles when nothing of the attempt runs any more; never rejects. */
  done: Promise<'completed' | 'failed' | Stopped['why']>
  stop: (reason: Stopped) => void
  reporter: Reporter
}

const releaseMs = 60_000

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
      const report = await makeReport()
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

  async function makeReport(): Promise<TaskReport> {
    const { signal } = stopping
    const scratch = await scratchRoot.open(`${spec.taskId}-a${spec.attempt}`)
    const storage = openStorage(spec, signal)
    try {
      const recipe = recipes[spec.kind]
      return await recipe({ spec, log, pulse, reporter, storage, scratch, signal })
    } finally {
      storage.close()
      await scratch.remove()
    }
  }

  /** Where it fails the lease runs out, and the next attempt finds the same. */
  async function moveToLong() {
    pulse.conclude()
    await reporter.release(AbortSignal.timeout(releaseMs), 'long').catch((error: unknown) => {
      log.warn('release failed', { error: String(error) })
    })
  }

  async function giveUp(error: unknown, tookMs: number) {
    const stopped = [stopping.signal.reason, error].find((reason) => reason instanceof Stopped)
    if (stopped) {
      log.warn('task stopped', { why: stopped.why, tookMs })
      if (stopped.why === 'misplaced') await moveToLong()
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

const recipes: Record<TaskKind, Recipe> = {
  chunk: makeChunk,
  opening: makeOpening,
  encode: makeEncode,
  pictures: makePicturesTask,
}
