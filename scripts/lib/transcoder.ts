import { type ChildProcess, fork } from 'node:child_process'
import { inRoot } from './paths.ts'

export interface TranscoderOptions {
  port: number
  /** Shared with the Worker, which sends it as a bearer token. */
  key: string
  scratchDir: string
  onLine: (line: string, level: string) => void
}

/**
 * Forks transcoder/main.ts. The channel lets it see this process go, and a process group of its
 * own keeps a terminal's Ctrl-C from it, so that we can drain it in order.
 */
export function forkTranscoder(options: TranscoderOptions): ChildProcess {
  const child = fork(inRoot('transcoder/main.ts'), [], {
    silent: true,
    detached: true,
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(options.port),
      TRANSCODER_KEY: options.key,
      SCRATCH_DIR: options.scratchDir,
    },
  })
  const streams = [
    [child.stdout, 'info'],
    [child.stderr, 'error'],
  ] as const
  for (const [stream, level] of streams) {
    let rest = ''
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) options.onLine(line, level)
    })
  }
  return child
}

export const hasExited = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null

/** Resolves when the child is gone; at once where it is already. */
export function exited(child: ChildProcess): Promise<void> {
  if (hasExited(child)) return Promise.resolve()
  return new Promise((resolve) => child.once('exit', () => resolve()))
}

export interface KeptTranscoder {
  /** Drains: running tasks go back to the queue. Kills it after `limitMs`. */
  stop: (limitMs: number) => Promise<void>
  /** A new one in place of the old, for changed code. */
  restart: () => Promise<void>
}

async function drain(child: ChildProcess, limitMs: number): Promise<void> {
  const force = setTimeout(() => child.kill('SIGKILL'), limitMs)
  child.kill('SIGTERM')
  await exited(child)
  clearTimeout(force)
}

/** Keeps one transcoder alive: a dead one is started again, later each time it dies young. */
export function keepTranscoder(
  options: TranscoderOptions & { onDeath: (how: string, againInMs: number) => void },
): KeptTranscoder {
  let isWanted = true
  let child: ChildProcess
  let timer: NodeJS.Timeout | undefined
  let deaths = 0

  const start = () => {
    const startedAt = Date.now()
    const current = (child = forkTranscoder(options))
    current.once('exit', (code, signal) => {
      if (!isWanted || current !== child) return
      deaths = Date.now() - startedAt > 60_000 ? 1 : deaths + 1
      const againInMs = Math.min(30_000, 250 * 2 ** deaths)
      options.onDeath(signal ?? `code ${code}`, againInMs)
      timer = setTimeout(start, againInMs)
    })
  }
  start()
  return {
    stop: async (limitMs) => {
      isWanted = false
      clearTimeout(timer)
      await drain(child, limitMs)
    },
    restart: async () => {
      isWanted = false
      clearTimeout(timer)
      await drain(child, 5_000)
      isWanted = true
      start()
    },
  }
}
