import { spawn } from 'node:child_process'
import { inRoot, root } from './paths.ts'
import { Refusal } from './progress.ts'

export interface RunResult {
  code: number
  /** stdout and stderr as they came. */
  output: string
}

export interface RunOptions {
  env?: Record<string, string>
  onOutput?: (text: string) => void
  /** Ends the program; `run` then rejects. */
  signal?: AbortSignal | undefined
}

/** Runs a program to its end and collects what it printed. */
export function run(command: string, args: string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: options.signal,
    })
    let output = ''
    const collect = (chunk: string) => {
      output += chunk
      options.onOutput?.(chunk)
    }
    child.stdout.setEncoding('utf8').on('data', collect)
    child.stderr.setEncoding('utf8').on('data', collect)
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/** A package's program under this Node; throws a Refusal with its output where it fails. */
export async function runTool(file: string, args: string[]): Promise<string> {
  const { code, output } = await run(process.execPath, [inRoot('node_modules', file), ...args], {
    env: { WRANGLER_SEND_METRICS: 'false', NO_COLOR: '1', CI: '1' },
  })
  if (code !== 0) throw new Refusal(`${file} ${args[0]} ended with ${code}\n${output}`)
  return output
}
