import {
  completeTask,
  failTask,
  heartbeat,
  publishTask,
  releaseTask,
  splitTask,
} from '#contracts/callback.ts'
import type {
  Heartbeat,
  TaskFailure,
  TaskPublication,
  TaskReport,
  TaskSpec,
  TaskSplit,
} from '#contracts/task.ts'
import { Stopped } from '../failure.ts'
import { retry } from './retry.ts'

/** An answer that no repeat can change; 409 is `Stopped('fenced')` instead. */
class Refused extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The token ends with the lease, and a deleted task has no path: nobody waits for this attempt. */
const isOver = (error: unknown) =>
  error instanceof Refused && [401, 403, 404, 410].includes(error.status)

const timeoutMs = 10_000

export interface Reporter {
  /** One try. Throws `Stopped` when another holds the task or it was cancelled. */
  beat: (body: Heartbeat, signal: AbortSignal) => Promise<void>
  /**
   * A few tries, for the next one carries everything again. False where the Worker has no such
   * call. Throws `Stopped` when fenced.
   */
  publish: (publication: TaskPublication, signal: AbortSignal) => Promise<boolean>
  /** Like `complete`; a repeat changes nothing. */
  split: (split: TaskSplit, signal: AbortSignal) => Promise<void>
  /** Tried for minutes: the Worker may be restarting. Throws `Stopped` when fenced. */
  complete: (report: TaskReport, signal: AbortSignal) => Promise<void>
  fail: (failure: TaskFailure, signal: AbortSignal) => Promise<void>
  /** Hand the task back; `lane`: where it belongs after a look. */
  release: (signal: AbortSignal, lane?: 'long') => Promise<void>
}

/** The Worker's side of a task: https calls below `callback.baseUrl` with the task's own token. */
export function createReporter(spec: TaskSpec): Reporter {
  const lease = { attempt: spec.attempt, leaseId: spec.leaseId }

  async function call({ path }: { path: string }, body: object, signal: AbortSignal) {
    const url = spec.callback.baseUrl.replace(/\/$/, '') + path.replace('{taskId}', spec.taskId)
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${spec.callback.token}`,
        'content-type': 'application/json',
        'x-request-id': spec.requestId,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    const text = await response.text()
    if (response.ok) return text
    if (response.status === 409) throw new Stopped('fenced')
    const message = `${response.status} from ${path}: ${text.slice(0, 300)}`
    const isPassing = response.status >= 500 || response.status === 429 || response.status === 408
    throw isPassing ? new Error(message) : new Refused(response.status, message)
  }

  const insist = (endpoint: { path: string }, body: object, signal: AbortSignal, tries: number) =>
    retry(() => call(endpoint, body, signal), {
      tries,
      signal,
      isForGood: (error) => error instanceof Stopped || error instanceof Refused,
    }).then(() => undefined)

  return {
    async beat(body, signal) {
      const text = await call(heartbeat, body, signal).catch((error: unknown) => {
        throw isOver(error) ? new Stopped('fenced') : error
      })
      if (heartbeat.response?.parse(JSON.parse(text)).isCancelled) throw new Stopped('cancelled')
    },
    publish: (publication, signal) =>
      insist(publishTask, publication, signal, 4)
        .then(() => true)
        .catch((error: unknown) => {
          if (error instanceof Refused && error.status === 404) return false
          throw isOver(error) ? new Stopped('fenced') : error
        }),
    split: (split, signal) => insist(splitTask, split, signal, 60),
    complete: (report, signal) => insist(completeTask, report, signal, 60),
    fail: (failure, signal) => insist(failTask, failure, signal, 60),
    release: (signal, lane) => insist(releaseTask, { ...lease, ...(lane && { lane }) }, signal, 6),
  }
}
