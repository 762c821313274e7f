import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../worker/test/process.ts'
import { inRoot } from './lib/paths.ts'
import { exited } from './lib/transcoder.ts'

let dir: string
let started: Started[] = []

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'lantern-start-'))
})
afterEach(async () => {
  for (const { child } of started) child.kill('SIGKILL')
  started = []
  await rm(dir, { recursive: true, force: true, maxRetries: 5 })
})

interface Started {
  child: ChildProcess
  output: () => string
}

function start(): Started {
  const child = fork(inRoot('scripts/start.ts'), [], {
    silent: true,
    env: { ...process.env, LANTERN_DIR: dir, LANTERN_DEMO: '0', PORT: '0' },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  }
  const run = { child, output: () => text }
  started.push(run)
  return run
}

async function untilUp(run: Started): Promise<string> {
  await until('Lantern is ready', 60_000, async () => {
    if (run.child.exitCode !== null) throw new Error(run.output())
    return run.output().includes('Ready') || undefined
  })
  return /http:\/\/[\w.:]+/.exec(run.output())![0]
}

/** Process ids below `parent` whose command names `program`. */
async function childrenOf(parent: number, program: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))
  const found = await Promise.all(
    pids.map(async (pid) => {
      const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')
      const [command, line] = await Promise.all([read('cmdline'), read('stat')])
      const parentOf = Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[1])
      return parentOf === parent && command.includes(program) ? Number(pid) : undefined
    }),
  )
  return found.filter((pid) => pid !== undefined)
}

const isGone = (pid: number): Promise<boolean> =>
  stat(`/proc/${pid}`).then(
    () => false,
    () => true,
  )

const children = async (run: Started) => ({
  workerd: (await childrenOf(run.child.pid!, 'workerd'))[0]!,
  transcoder: (await childrenOf(run.child.pid!, 'transcoder/main.ts'))[0]!,
})

const untilReady = (url: string) =>
  until('all parts answer', 30_000, async () => {
    const response = await fetch(`${url}/readyz`).catch(() => undefined)
    return response?.ok || undefined
  })

test('whatever is killed is started again, and a signal stops everything', async () => {
  const run = start()
  const url = await untilUp(run)
  const first = await children(run)

  process.kill(first.workerd, 'SIGKILL')
  process.kill(first.transcoder, 'SIGKILL')
  await until('both are gone', 10_000, async () => {
    const gone = await Promise.all([isGone(first.workerd), isGone(first.transcoder)])
    return gone.every(Boolean) || undefined
  })
  await untilReady(url)
  expect(run.output()).toContain('workerd died and was started again')
  expect(run.output()).toContain('The transcoder died (SIGKILL)')

  const second = await children(run)
  run.child.kill('SIGTERM')
  await exited(run.child)
  expect(run.child.exitCode).toBe(0)
  expect(await Promise.all([isGone(second.workerd), isGone(second.transcoder)])).toEqual([
    true,
    true,
  ])
}, 120_000)

test('a killed supervisor leaves nobody behind, and the next start works', async () => {
  const run = start()
  await untilUp(run)
  const { workerd, transcoder } = await children(run)
  run.child.kill('SIGKILL')
  await until('workerd and the transcoder are gone', 10_000, async () => {
    const gone = await Promise.all([isGone(workerd), isGone(transcoder)])
    return gone.every(Boolean) || undefined
  })
  const next = start()
  await untilReady(await untilUp(next))
  next.child.kill('SIGTERM')
  await exited(next.child)
}, 120_000)

test('a second start on one folder names the first and leaves it alone', async () => {
  const run = start()
  const url = await untilUp(run)
  const second = start()
  await exited(second.child)
  expect(second.child.exitCode).toBe(1)
  expect(second.output()).toContain(`already runs on ${dir} at ${url}`)
  await untilReady(url)
}, 120_000)
