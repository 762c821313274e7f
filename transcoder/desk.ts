import { setTimeout as wait } from 'node:timers/promises'
import type { Lane, TaskSpec } from '#contracts/task.ts'
import { Stopped } from './failure.ts'
import type { Log } from './log.ts'
import type { ScratchRoot } from './run/scratch.ts'
import { startTask } from './task.ts'
import type { RunningTask } from './task.ts'

interface Entry {
  attempt: number
  leaseId: string
  lane: Lane
  task: RunningTask
}

/** Of the time to leave: the rest is for handing back what has not ended by then. */
const patientShare = 0.75

/** The tasks that run on this machine. */
export interface Desk {
  slotsFree: () => Slots
  isDraining: () => boolean
  /**
   * 202 accepted, 200 it runs already, 409 another attempt or another lease of it does, 429 no slot
   * free in its lane.
   */
  take: (spec: TaskSpec) => 200 | 202 | 409 | 429
  find: (taskId: string) => (ReturnType<RunningTask['state']> & { attempt: number }) | null
  /** False when that attempt does not run here. */
  cancel: (taskId: string, attempt: number) => boolean
  /** Take nothing more, stop everything and hand it back, also what does not end. Takes `ms` at most. */
  drain: (ms: number) => Promise<void>
}

/**
 * How many tasks of a lane run at once. An opening has slots of its own, for its viewer shall not
 * wait behind somebody's ladder, and a short film has one that no long film takes.
 */
export type Slots = Record<Lane, number>

export function openDesk(slots: Slots, scratchRoot: ScratchRoot, log: Log): Desk {
  const running = new Map<string, Entry>()
  let isDraining = false

  function countFree(lane: Lane): number {
    const taken = [...running.values()].filter((entry) => entry.lane === lane).length
    return isDraining ? 0 : Math.max(0, slots[lane] - taken)
  }

  function start(spec: TaskSpec) {
    const { taskId, kind, lane, attempt, leaseId, requestId, videoId } = spec
    const taskLog = log.with({ requestId, taskId, kind, attempt, videoId })
    const task = startTask(spec, scratchRoot, taskLog)
    running.set(taskId, { attempt, leaseId, lane, task })
    taskLog.info('task accepted', { sizeBytes: spec.input.sizeBytes })
    void task.done.then(() => running.delete(taskId))
  }

  /** Whatever hangs dies with this process, so its task can go back before it has ended. */
  async function release({ task }: Entry, patience: Promise<'leaving'>, signal: AbortSignal) {
    task.stop(new Stopped('leaving'))
    const how = await Promise.race([task.done, patience])
    if (how !== 'leaving') return // done, or no longer ours to give
    await task.reporter.release(signal).catch((error: unknown) => {
      log.warn('release failed', { error: String(error) })
    })
  }

  return {
    slotsFree: () => ({
      opening: countFree('opening'),
      short: countFree('short'),
      long: countFree('long'),
    }),
    isDraining: () => isDraining,
    take(spec) {
      const entry = running.get(spec.taskId)
      if (entry?.attempt === spec.attempt && entry.leaseId === spec.leaseId) return 200
      if (entry) {
        // Who asks holds the lease: end the old one now instead of at its next heartbeat.
        if (entry.attempt <= spec.attempt) entry.task.stop(new Stopped('fenced'))
        return 409
      }
      if (countFree(spec.lane) === 0) return 429
      start(spec)
      return 202
    },
    find(taskId) {
      const entry = running.get(taskId)
      return entry ? { attempt: entry.attempt, ...entry.task.state() } : null
    },
    cancel(taskId, attempt) {
      const entry = running.get(taskId)
      if (entry?.attempt !== attempt) return false
      entry.task.stop(new Stopped('cancelled'))
      return true
    },
    async drain(ms) {
      isDraining = true
      const patience = wait(ms * patientShare, 'leaving' as const, { ref: false })
      const signal = AbortSignal.timeout(ms)
      await Promise.all([...running.values()].map((entry) => release(entry, patience, signal)))
    },
  }
}
