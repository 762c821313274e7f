import type { ChildProcess } from 'node:child_process'
import { readFile, readdir } from 'node:fs/promises'
import {
  type TranscoderOptions,
  exited,
  forkTranscoder,
  hasExited,
} from '../../scripts/lib/transcoder.ts'

/** Starts transcoder/main.ts and waits until its health answers. */
export async function startTranscoder(options: TranscoderOptions): Promise<ChildProcess> {
  const child = forkTranscoder(options)
  await until('the transcoder answers', 15_000, async () => {
    if (hasExited(child)) throw new Error(`the transcoder ended with ${child.exitCode}`)
    const url = `http://127.0.0.1:${options.port}/healthz`
    const response = await fetch(url).catch(() => undefined)
    return response?.ok ? true : undefined
  })
  return child
}

export async function killProcess(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await exited(child)
}

/** The workerd that listens on `port`, found among this process's children (Linux). */
export async function findWorkerd(port: number): Promise<number> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const [command = '', stat = ''] = await Promise.all([
      readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => ''),
      readFile(`/proc/${entry}/stat`, 'utf8').catch(() => ''),
    ])
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    if (parent === process.pid && command.includes(`:${port}\0`)) return Number(entry)
  }
  throw new Error(`no workerd listens on port ${port}`)
}

/** Asks again every 100 ms until there is an answer; throws after `limitMs`. */
export async function until<T>(
  what: string,
  limitMs: number,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + limitMs
  while (Date.now() < deadline) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`gave up after ${limitMs} ms waiting until ${what}`)
}
