import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { makeFolder } from '../test/clip.ts'
import { canBuild, signalOf, wrap } from './sandbox.ts'
import type { Limits, WallName } from './sandbox.ts'
import { findWall } from './wall.ts'

const folder = makeFolder()
afterAll(folder.remove)
for (const name of ['job', 'neighbour']) mkdirSync(folder.path(name))
const limits: Limits = {
  folder: folder.path('job'),
  addressSpaceBytes: 2e9,
  cpuSeconds: 60,
  fileBytes: 1e6,
}

const works = async (wall: WallName) =>
  canBuild(wall) &&
  (await findWall(wall).then(
    () => true,
    () => false,
  ))
const hasBubblewrap = await works('bubblewrap')
const hasContainer = await works('container')
if (!hasBubblewrap) console.log('bubblewrap does not work here: its tests are skipped')
const there = (['bubblewrap', 'container'] as const).filter((wall) =>
  wall === 'bubblewrap' ? hasBubblewrap : hasContainer,
)

interface Ended {
  /** Exit code, or the name of the signal. */
  how: number | string
  stdout: string
  stderr: string
}

function shell(wall: WallName, script: string, change: Partial<Limits> = {}): Promise<Ended> {
  const line = wrap(wall, 'sh', ['-c', script], { ...limits, ...change })
  const { cwd, env } = line
  return new Promise((resolve) => {
    const child = execFile(line.program, line.args, { cwd, env }, (_, stdout, stderr) => {
      const how = child.signalCode ?? signalOf(child.exitCode) ?? child.exitCode ?? -1
      resolve({ how, stdout, stderr })
    })
  })
}

test.skipIf(!hasBubblewrap)('behind bubblewrap there is the job and no one else', async () => {
  const secret = folder.path('neighbour', 'secret')
  writeFileSync(secret, 'the secret')
  writeFileSync(folder.path('job', 'source'), 'the source')
  const run = (script: string) => shell('bubblewrap', script)

  expect((await run('cat source')).stdout).toBe('the source')
  for (const file of [secret, '../neighbour/secret', '/etc/passwd', '/etc/hosts', '/root']) {
    const { how, stdout } = await run(`cat '${file}' || ls '${file}'`)
    expect(how, file).not.toBe(0)
    expect(stdout).toBe('')
  }
  expect((await run('ls /etc')).stdout.split('\n')).not.toContain('shadow')
  const env = (await run('env')).stdout.trim().split('\n')
  expect(env.map((line) => line.split('=')[0]).toSorted()).toEqual(['PATH', 'PWD', 'TZ'])
  expect((await run('tail -n +3 /proc/net/dev')).stdout).toMatch(/^\s*lo:.*\n$/)
  const pids = (await run('ls /proc')).stdout.split('\n').filter((name) => /^\d+$/.test(name))
  expect(pids.length).toBeLessThan(6)
  expect((await run('unshare -U true')).how).not.toBe(0)
})

test.skipIf(!hasBubblewrap)(
  'behind bubblewrap only the job can be written, a probe none',
  async () => {
    const write =
      'for it in /usr/it /etc/it /it /proc/it it; do { echo 1 > $it; } 2> /dev/null; done'
    await shell('bubblewrap', write, { isReadOnly: true })
    expect(readdirSync(folder.path('job'))).not.toContain('it')
    await shell('bubblewrap', write)
    expect(readdirSync(folder.path('job'))).toContain('it')
    expect(readdirSync('/usr')).not.toContain('it')
  },
)

test.each(there)('in %s the limits hold, and what they ended can be told', async (wall) => {
  const spin = await shell(wall, 'while :; do :; done', { cpuSeconds: 1 })
  expect(spin.how).toBe('SIGXCPU')
  const fill = await shell(wall, 'exec head -c 2000000 /dev/zero > big')
  expect(fill.how).toBe('SIGXFSZ')
  const grow = await shell(wall, 'exec dd bs=900M count=1 < /dev/zero > /dev/null', {
    addressSpaceBytes: 4e8,
  })
  expect(grow.how).toBe(1)
  expect(grow.stderr).toContain('memory exhausted')
  expect((await shell(wall, 'kill -SEGV $$')).how).toBe('SIGSEGV')
  expect((await shell(wall, 'exit 7')).how).toBe(7)
})

test.each(there)('in %s a program gains no rights and hears of no folder', async (wall) => {
  const { stdout } = await shell(wall, 'cat /proc/self/status; env; nice', { niceness: 7 })
  expect(stdout).toMatch(/^NoNewPrivs:\s+1$/m)
  expect(stdout).toMatch(/^CapEff:\s+0+$/m)
  expect(stdout).not.toContain('HOME=')
  expect(stdout.trim().split('\n').at(-1)).toBe('7')
  const { args } = wrap(wall, 'ffmpeg', ['-i', `file:${limits.folder}/source`], limits)
  expect(args.slice(-3)).toEqual(['ffmpeg', '-i', 'file:source'])
})

test('the root is no job', () => {
  expect(() => wrap('bubblewrap', 'true', [], { ...limits, folder: '/' })).toThrow('root')
})
