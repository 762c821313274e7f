import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { TaskError } from '../failure.ts'
import { hasNotRun, withoutFolders } from '../plan/explain.ts'
import { strangerOptions } from '../plan/limit.ts'
import { narrow } from './gate.ts'
import { signalOf, wrap } from './sandbox.ts'
import { ffprobePath, getMachine } from './wall.ts'

const limits = { addressSpaceBytes: 4e9, cpuSeconds: 600, fileBytes: 0, isReadOnly: true }
const keptText = 4e6
const keptErrors = 4000

export interface Probed {
  code: number | null
  stdout: string
  stderr: string
}

export interface Subject {
  file: string
  signal: AbortSignal
  /** See `Limits`. */
  niceness: number
}

/** A probe that a signal ended has said half of the truth, which is worse than nothing. */
function toFailure(signal: string): TaskError {
  const message = `ffprobe was killed with signal ${signal}`
  if (signal === 'SIGXCPU') return new TaskError('too_expensive', message)
  const isOurs = ['SIGKILL', 'SIGTERM', 'SIGHUP'].includes(signal)
  return isOurs
    ? new TaskError('internal', message, { isRetryable: true })
    : new TaskError('damaged', message)
}

const notRun = (code: number | null, stderr: string) => {
  const line = withoutFolders(stderr.trim().split('\n').at(-1) ?? '')
  const message = `ffprobe ended with code ${code}: ${line}`.slice(0, 500)
  return new TaskError('internal', message, { isRetryable: true })
}

/**
 * One ffprobe behind the wall, with nothing but the file's folder, read-only. `onLine` takes stdout
 * line by line instead of keeping it. Throws where a signal ends it, `signal`'s reason first, and
 * where it could not run.
 */
export async function runFfprobe(
  { file, signal, niceness }: Subject,
  options: string[],
  onLine?: (line: string) => void,
): Promise<Probed> {
  const { wall, gate } = await getMachine()
  const quiet = ['-hide_banner', '-loglevel', 'error']
  const place = path.resolve(file)
  const args = narrow([...quiet, ...strangerOptions, ...options, `file:${place}`], gate.closed)
  const line = wrap(wall, ffprobePath, args, { ...limits, folder: path.dirname(place), niceness })
  return new Promise((resolve, reject) => {
    const { cwd, env } = line
    const child = spawn(line.program, line.args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.setEncoding('utf8')
    child.stderr.setEncoding('utf8')
    const kill = () => child.kill('SIGKILL')
    signal.addEventListener('abort', kill, { once: true })
    if (signal.aborted) kill()
    let stdout = ''
    let stderr = ''
    if (onLine) createInterface(child.stdout).on('line', onLine)
    else child.stdout.on('data', (chunk) => (stdout += stdout.length < keptText ? chunk : ''))
    child.stderr.on('data', (chunk) => (stderr += stderr.length < keptErrors ? chunk : ''))
    child.once('error', reject)
    child.once('close', (code, name) => {
      signal.removeEventListener('abort', kill)
      const killedBy = name ?? signalOf(code)
      if (signal.aborted) reject(signal.reason)
      else if (killedBy) reject(toFailure(killedBy))
      else if (hasNotRun(code, stderr)) reject(notRun(code, stderr))
      else resolve({ code, stdout, stderr })
    })
  })
}
