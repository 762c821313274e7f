import type { ChildProcess } from 'node:child_process'
import ffmpeg from 'fluent-ffmpeg'
import { globalOptions } from '../plan/command.ts'
import type { Command } from '../plan/command.ts'
import { isOutside, stoodStill } from '../plan/explain.ts'
import { narrow } from './gate.ts'
import { signalOf, wrap } from './sandbox.ts'
import type { Limits } from './sandbox.ts'
import { ffmpegPath, getMachine } from './wall.ts'
import type { Machine } from './wall.ts'

export interface FfmpegProgress {
  /** How far the outputs have come. */
  outSeconds: number
  /** Seconds of film a second. */
  speed: number | null
}

export interface FfmpegResult {
  /** Exit code 0. Says little: judge what came out. */
  isOk: boolean
  exitMessage: string
  errorCount: number
  /** The last lines above level info, and what the wall says. */
  errorLines: string[]
  cpuSeconds: number | null
}

export interface FfmpegRun {
  signal: AbortSignal
  limits: Limits
  onProgress?: (progress: FfmpegProgress, pid: number) => void
  /** How often there is progress; 0.5 unless said. */
  progressSeconds?: number
  /** Ends a run whose outputs get no longer for so long; for ever unless said. */
  stillMs?: number
  /** Every line of the log, as ffmpeg wrote it. */
  onLine?: (line: string) => void
}

interface Ring {
  get: () => string
  append: () => void
  callback: () => void
  close: () => void
}
type EndCallback = (error: Error | null, stdout?: Ring, stderr?: Ring) => void

/** What fluent-ffmpeg keeps to itself and we steer: see lib/processor.js of version 2.1.3. */
interface Inside {
  ffmpegProc?: ChildProcess
  _checkCapabilities: (done: (error: null) => void) => void
  availableEncoders: (done: (error: null, encoders: object) => void) => void
  _getFfmpegPath: (done: (error: null, program: string) => void) => void
  _spawnFfmpeg: (args: string[], options: object, started: unknown, ended: EndCallback) => void
}

const killAfterMs = 1500
const emptyRing: Ring = { get: () => '', append() {}, callback() {}, close() {} }

/**
 * Without these it would ask ffmpeg for its formats before each run, and a failed spawn would
 * throw out of an event handler, as it reads a log that was never made.
 */
function steer(inside: Inside, { wall, gate }: Machine, limits: Limits): void {
  const spawn = inside._spawnFfmpeg.bind(inside)
  inside._checkCapabilities = (done) => done(null)
  inside.availableEncoders = (done) => done(null, {})
  inside._spawnFfmpeg = (args, options, started, ended) => {
    const line = wrap(wall, ffmpegPath, narrow(args, gate.closed), limits)
    inside._getFfmpegPath = (done) => done(null, line.program)
    const { cwd, env } = line
    spawn(
      line.args,
      { ...options, cwd, env },
      started,
      (error, stdout = emptyRing, stderr = emptyRing) => ended(error, stdout, stderr),
    )
  }
}

/** fluent-ffmpeg splits options at spaces, except when it gets several arguments. */
function build(command: Command, progressSeconds = 0.5) {
  const built = ffmpeg({ stdoutLines: 50 })
  command.inputs.forEach(({ options, path }, i) => {
    const progress = ['-progress', 'pipe:1', '-stats_period', `${progressSeconds}`]
    const first = i === 0 ? [...globalOptions, ...progress] : []
    const all = [...first, ...options]
    if (all.length) spread(built.input(path), 'inputOptions', all)
  })
  if (command.filterGraph) built.complexFilter(command.filterGraph)
  for (const { options, path } of command.outputs) {
    spread(built.output(path), 'outputOptions', options)
  }
  return built
}

type Options = Record<'inputOptions' | 'outputOptions', (...options: string[]) => unknown>

function spread(built: object, method: keyof Options, options: string[]): void {
  if (options.length === 1) throw new Error('A lone option would be split at its spaces')
  const chain = built as Options
  chain[method](...options)
}

function readProgress(text: string): FfmpegProgress | null {
  const last = (key: string) => text.match(new RegExp(`^${key}=\\s*([\\d.]+)`, 'gm'))?.at(-1)
  const value = (key: string) => Number(last(key)?.split('=')[1])
  const outSeconds = value('out_time_us') / 1e6
  if (!Number.isFinite(outSeconds)) return null
  const speed = value('speed')
  return { outSeconds, speed: Number.isFinite(speed) ? speed : null }
}

function readCpu(line: string): number | null {
  const times = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(line)
  return times ? Number(times[1]) + Number(times[2]) : null
}

/** `exited with code 139` → `was killed with signal SIGSEGV`: the wall's reaper stands between. */
function toExitMessage(message: string): string {
  const [said, code] = /^ffmpeg exited with code (\d+)/.exec(message) ?? []
  const signal = signalOf(Number(code))
  return said && signal ? message.replace(said, `ffmpeg was killed with signal ${signal}`) : message
}

/** Asks a process to end, and makes it. */
function aimAt(inside: Inside) {
  let killer: NodeJS.Timeout | undefined
  return {
    kill() {
      inside.ffmpegProc?.kill('SIGTERM')
      killer ??= setTimeout(() => inside.ffmpegProc?.kill('SIGKILL'), killAfterMs)
    },
    spare: () => clearTimeout(killer),
  }
}

/** Calls `stop` where what ffmpeg says of its outputs stays the same for `stillMs`. */
function watchProgress(stillMs: number | undefined, stop: () => void) {
  const timer = stillMs === undefined ? undefined : setTimeout(stop, stillMs)
  let last = ''
  return {
    look(text: string) {
      const said =
        text
          .match(/^(?:frame|out_time_us)=.*$/gm)
          ?.slice(-2)
          .join() ?? last
      if (said !== last) timer?.refresh()
      last = said
    },
    end: () => clearTimeout(timer),
  }
}

/** What is kept of the log. */
type Noted = Omit<FfmpegResult, 'isOk' | 'exitMessage'>

function keepLine(result: Noted, line: string): void {
  result.cpuSeconds ??= readCpu(line)
  if (!/\[(error|fatal|panic)\]/.test(line) && !isOutside(line)) return
  result.errorCount++
  result.errorLines = [...result.errorLines.slice(-19), line.slice(0, 300)]
}

/**
 * Run one command to its end, whatever that is. Rejects only when `signal` ends it, with the
 * signal's reason and after the process is gone.
 */
export async function runFfmpeg(command: Command, run: FfmpegRun): Promise<FfmpegResult> {
  const machine = await getMachine()
  const noted: Noted = { errorCount: 0, errorLines: [], cpuSeconds: null }
  run.signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const built = build(command, run.progressSeconds)
    const inside = built as unknown as Inside
    steer(inside, machine, run.limits)

    const { kill, spare } = aimAt(inside)
    let isStill = false
    const watch = watchProgress(run.stillMs, () => {
      isStill = true
      kill()
    })
    const finish = (error: Error | null) => {
      spare()
      watch.end()
      run.signal.removeEventListener('abort', kill)
      const exitMessage = isStill ? stoodStill : toExitMessage(error?.message ?? '')
      if (run.signal.aborted) reject(run.signal.reason)
      else resolve({ ...noted, isOk: !error, exitMessage })
    }
    built.on('stderr', (line: string) => {
      run.onLine?.(line)
      keepLine(noted, line)
    })
    built.on('start', () => {
      run.signal.addEventListener('abort', kill, { once: true })
      if (run.signal.aborted) kill()
      inside.ffmpegProc?.stdout?.on('data', (chunk: Buffer) => {
        const text = chunk.toString()
        watch.look(text)
        const progress = readProgress(text)
        if (progress) run.onProgress?.(progress, inside.ffmpegProc?.pid ?? 0)
      })
    })
    built.on('end', () => finish(null))
    built.on('error', (error: Error) => finish(error))
    built.run()
  })
}
