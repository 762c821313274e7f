import { setTimeout as wait } from 'node:timers/promises'
import type { TaskFailure, TaskSpec } from '#contracts/task.ts'
import { post, startProgram, stopProgram } from '../../transcoder/test/program.ts'
import type { Program } from '../../transcoder/test/program.ts'
import { makeSpec, startServer } from '../../transcoder/test/server.ts'
import type { Call, StoredObject } from '../../transcoder/test/server.ts'

/** How a task came out. `stuck`: nothing was heard of it until long after its deadline. */
export interface End {
  how: 'ready' | 'failed' | 'stuck'
  failure: Pick<TaskFailure, 'code' | 'message'> | null
  tookMs: number
  stored: Map<string, StoredObject>
}

export interface Fleet {
  program: Program
  /** Run a file as a task, with a Worker and a storage of its own. */
  run: (file: string, change?: Partial<TaskSpec>) => Promise<End>
  /** True once the service is gone by itself. */
  isDead: () => boolean
  /** Exit code after SIGTERM. */
  stop: () => Promise<number | null>
}

const graceMs = 30_000
const isEnd = ({ name }: Call) => name === 'complete' || name === 'fail'
/** A film that is longer than it said, among clips: the Worker gives it to the lane of long ones. */
const isMove = ({ name }: Call) => name === 'release'

/** One transcoder as a process of its own, with places for `width` short tasks at once. */
export async function openFleet(
  scratchDir: string,
  width: number,
  env: Record<string, string> = {},
): Promise<Fleet> {
  // A task that has reported holds its place for a moment more.
  const places = { SHORT_SLOTS: `${width * 2}`, SLOTS: `${width * 2}` }
  const program = await startProgram(scratchDir, { ...places, ...env })
  let taskCount = 0
  const nextId = (): TaskSpec['taskId'] => `tsk_${`${++taskCount}`.padStart(26, '0')}`

  async function run(file: string, change: Partial<TaskSpec> = {}): Promise<End> {
    const server = await startServer()
    const spec = { ...makeSpec(server, file, change), taskId: nextId() }
    const startedAt = performance.now()
    async function order(task: TaskSpec): Promise<Call | null> {
      const { status } = await post(program.url, task)
      if (status !== 202) throw new Error(`The transcoder answered ${status}`)
      const giveUp = new AbortController()
      const patience = wait(spec.deadlines.hardSeconds * 1000 + graceMs, null, giveUp)
      const isOver = (said: Call) => isEnd(said) || (task === spec && isMove(said))
      const call = await Promise.race([server.until(isOver), patience.catch(() => null)])
      giveUp.abort()
      return call
    }
    let call = await order(spec)
    // Another name: the first attempt may still be on its way out.
    if (call && isMove(call)) call = await order({ ...spec, lane: 'long', taskId: nextId() })
    await server.close()
    const failure = call?.name === 'fail' ? (call.body as TaskFailure) : null
    return {
      how: call ? (failure ? 'failed' : 'ready') : 'stuck',
      failure,
      tookMs: performance.now() - startedAt,
      stored: server.objects,
    }
  }

  return {
    program,
    run,
    isDead: () => program.child.exitCode !== null || program.child.signalCode !== null,
    stop: () => stopProgram(program),
  }
}
