import { type TaskSpec, TaskStatus, TranscoderHealth } from '#contracts/task.ts'

/**
 * `refused` is for good (a bad spec); the others pass. Nobody heard of the task when it was
 * `unreachable`; where the answer got `lost` somebody may work on it.
 */
export type Dispatch = 'accepted' | 'busy' | 'fenced' | 'refused' | 'unreachable' | 'lost'

/** Where tasks are worked on. Each method answers; none throws. */
export interface Transcoder {
  start: (spec: TaskSpec) => Promise<Dispatch>
  cancel: (taskId: string, attempt: number) => Promise<void>
  /** False once the transcoder answers that it does not work on this attempt. */
  knows: (taskId: string, attempt: number) => Promise<boolean>
  health: () => Promise<TranscoderHealth | undefined>
}

type Send = (request: Request) => Promise<Response>

/** The transcoder's HTTP API over any way to reach it: a URL, or a container's port. */
export function httpTranscoder(send: Send, baseUrl: string, key: string): Transcoder {
  const call = (method: string, path: string, body?: unknown) =>
    send(
      new Request(`${baseUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(10_000),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
  return {
    start: async (spec) => {
      try {
        const { status } = await call('POST', '/v1/tasks', spec)
        return toDispatch(status)
      } catch {
        return 'lost'
      }
    },
    cancel: async (taskId, attempt) => {
      await call('DELETE', `/v1/tasks/${taskId}?attempt=${attempt}`).catch(() => undefined)
    },
    knows: async (taskId, attempt) => {
      try {
        const reply = await call('GET', `/v1/tasks/${taskId}`)
        if (reply.status === 404) return false
        const status = TaskStatus.safeParse(await reply.json())
        return !status.success || status.data.attempt === attempt
      } catch {
        return true
      }
    },
    health: async () => {
      try {
        const reply = await call('GET', '/healthz')
        return TranscoderHealth.parse(await reply.json())
      } catch {
        return undefined
      }
    },
  }
}

function toDispatch(status: number): Dispatch {
  if (status === 202 || status === 200) return 'accepted'
  if (status === 409) return 'fenced'
  if (status === 400 || status === 413 || status === 422) return 'refused'
  if (status === 429 || status === 503) return 'busy'
  return status >= 500 ? 'lost' : 'unreachable'
}
