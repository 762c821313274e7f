import { DurableObject } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { type TaskId, isId } from '#contracts/id.ts'
import type { TaskSpec } from '#contracts/task.ts'
import { type Ctx, createContext } from '../../core/context.ts'
import { nudgeListeners } from '../../core/record.ts'
import type { Env } from '../../env.ts'
import { type Dispatch, type Transcoder, httpTranscoder } from '../../ports/transcoder.ts'
import { isLeaseOver } from './policy.ts'
import { retryOrBury } from './service.ts'
import { type TaskRow, tasks } from './table.ts'

const tickMs = 30_000
/** The container still waits for the answer to its report. */
const leaveMs = 1000
const portNumber = 8080
const startMs = 30_000

/**
 * One a task. Starts the container where there is one, hands the task over, and looks every 30 s:
 * the look keeps a working container awake and finds an attempt that died.
 */
export class TranscodeTask extends DurableObject<Env> {
  /** Answers once the transcoder has said whether it takes the task. */
  async start(spec: TaskSpec): Promise<Dispatch> {
    await this.ctx.storage.put('taskId', spec.taskId)
    const transcoder = await this.#reach()
    if (!transcoder) return 'busy'
    if (!(await transcoder.health())) return 'unreachable'
    const dispatch = await transcoder.start(spec)
    if (dispatch === 'accepted') await this.ctx.storage.setAlarm(Date.now() + tickMs)
    return dispatch
  }

  /** Its task has ended: the container is not kept until the next look. */
  async leave(): Promise<void> {
    if (this.ctx.container) await this.ctx.storage.setAlarm(Date.now() + leaveMs)
  }

  async cancel(taskId: TaskId, attempt: number): Promise<void> {
    await this.ctx.storage.deleteAlarm()
    const { container } = this.ctx
    if (container && !container.running) return
    await (await this.#reach())?.cancel(taskId, attempt)
  }

  override async alarm(): Promise<void> {
    const taskId = (await this.ctx.storage.get<string>('taskId')) ?? ''
    if (!isId('task', taskId)) return
    const ctx = await this.#context()
    const [task] = await ctx.db.select().from(tasks).where(eq(tasks.id, taskId))
    const isWorking = task?.state === 'starting' || task?.state === 'running'
    if (task && isWorking) {
      const isLost = isLeaseOver(task, ctx.now()) || !(await this.#isKnown(task))
      if (isLost) {
        const message = 'the transcoder no longer works on it'
        await retryOrBury(ctx, task, { code: 'internal', message })
      }
      await this.ctx.storage.setAlarm(Date.now() + tickMs)
    } else {
      // Nothing is started meanwhile: it would find a container that is on its way out.
      await this.ctx.blockConcurrencyWhile(() => this.#stop())
    }
    nudgeListeners(ctx)
  }

  /** A transcoder that was killed and came back knows nothing: no need to wait for the lease. */
  async #isKnown(task: TaskRow): Promise<boolean> {
    const { container } = this.ctx
    if (container && !container.running) return false
    const transcoder = await this.#reach()
    return transcoder ? transcoder.knows(task.id, task.attempt) : true
  }

  async #context(): Promise<Ctx> {
    const waitUntil = (work: Promise<unknown>) => this.ctx.waitUntil(work)
    const ctx = await createContext({ env: this.env, waitUntil, trigger: 'watchdog' })
    ctx.actor = { kind: 'system' }
    return ctx
  }

  /** Undefined while no container can be had. */
  async #reach(): Promise<Transcoder | undefined> {
    const { container } = this.ctx
    const key = this.env.TRANSCODER_KEY
    if (!container) {
      const url = this.env.TRANSCODER_URL
      return url ? httpTranscoder((request) => fetch(request), url, key) : undefined
    }
    const port = container.getTcpPort(portNumber)
    const send = (request: Request) => port.fetch(request)
    const transcoder = httpTranscoder(send, 'http://container', key)
    if (!container.running) {
      try {
        container.start({ enableInternet: true, env: { ...this.#settings(), HOST: '0.0.0.0' } })
      } catch {
        return undefined
      }
    }
    const deadline = Date.now() + startMs
    while (!(await transcoder.health())) {
      if (Date.now() > deadline) return undefined
      await scheduler.wait(250)
    }
    return transcoder
  }

  /** What an operator may set of a transcoder; empty is the same as absent. */
  #settings(): Record<string, string> {
    const { TRANSCODER_KEY, TRANSCODER_WALL = '', TRANSCODER_ALLOW_FFMPEG = '' } = this.env
    return { TRANSCODER_KEY, TRANSCODER_WALL, TRANSCODER_ALLOW_FFMPEG }
  }

  async #stop(): Promise<void> {
    const { container } = this.ctx
    if (container?.running) await container.destroy()
    await this.ctx.storage.deleteAll()
  }
}
