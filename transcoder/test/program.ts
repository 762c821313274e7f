import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'

export const key = 'the-key'
export const authorization = `Bearer ${key}`

export interface Program {
  url: string
  child: ChildProcess
  lines: Record<string, unknown>[]
}

/** `transcoder/main.ts` as a process of its own, before it says that it is ready. */
export function spawnProgram(scratchDir: string, env: Record<string, string> = {}) {
  const main = path.join(import.meta.dirname, '..', 'main.ts')
  const settings = { TRANSCODER_KEY: key, PORT: '0', SCRATCH_DIR: scratchDir, ...env }
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, ...settings },
  })
  const lines: Record<string, unknown>[] = []
  createInterface(child.stdout!).on('line', (line) => {
    lines.push(JSON.parse(line) as Record<string, unknown>)
  })
  return { child, lines }
}

/** The same, once it answers. Throws where it leaves instead. */
export async function startProgram(
  scratchDir: string,
  env: Record<string, string> = {},
): Promise<Program> {
  const { child, lines } = spawnProgram(scratchDir, env)
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message: { port: number }) => resolve(message.port))
    child.once('exit', (code) => reject(new Error(`Left with ${code}: ${JSON.stringify(lines)}`)))
  })
  return { url: `http://127.0.0.1:${port}`, child, lines }
}

export const post = (url: string, body: unknown): Promise<Response> =>
  fetch(`${url}/v1/tasks`, {
    method: 'POST',
    headers: { authorization },
    body: JSON.stringify(body),
  })

/** Ask it to leave and wait until it has; its exit code. */
export async function stopProgram({ child }: Pick<Program, 'child'>): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode
  child.kill('SIGTERM')
  return ((await once(child, 'exit')) as [number | null])[0]
}
