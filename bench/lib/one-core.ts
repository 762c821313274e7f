/** A transcoder that is told by its parent what to do, one thing after the other; see `chunks.ts`. */
import type { TaskSpec } from '#contracts/task.ts'
import { createLog } from '../../transcoder/log.ts'
import type { Command } from '../../transcoder/plan/command.ts'
import { runFfmpeg } from '../../transcoder/run/ffmpeg.ts'
import { openScratchRoot } from '../../transcoder/run/scratch.ts'
import { startTask } from '../../transcoder/task.ts'

export type Order = { spec: TaskSpec } | { command: Command; folder: string }

/** CPU of the program itself and, of a command, of its ffmpeg. */
export interface Done {
  how: string
  ownCpuSeconds: number
  cpuSeconds: number
}

const limits = { addressSpaceBytes: 16e9, cpuSeconds: 36_000, fileBytes: 64e9 }
const scratch = await openScratchRoot(process.argv[2]!)
const log = createLog({}, (line) => {
  if (!line.includes('"info"')) process.stderr.write(line)
})

async function obey(order: Order): Promise<Omit<Done, 'ownCpuSeconds'>> {
  if ('spec' in order) return { how: await startTask(order.spec, scratch, log).done, cpuSeconds: 0 }
  const { command, folder } = order
  const { signal } = new AbortController()
  const result = await runFfmpeg(command, { signal, limits: { ...limits, folder } })
  return { how: result.exitMessage || 'completed', cpuSeconds: result.cpuSeconds ?? 0 }
}

process.on('message', (order: Order) => {
  const before = process.cpuUsage()
  void obey(order).then((done) => {
    const { user, system } = process.cpuUsage(before)
    return process.send?.({ ...done, ownCpuSeconds: (user + system) / 1e6 } satisfies Done)
  })
})
