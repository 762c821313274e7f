import { readFile } from 'node:fs/promises'
import { run } from '../../scripts/lib/run.ts'

export interface Load {
  requestsPerSecond: number
  megabytesPerSecond: number
  /** Median time of an answer. */
  medianMs: number
  /** Of the serving process: hardly moved by what else the machine does. */
  cpuMicrosPerRequest: number
}

const units: Record<string, number> = { B: 1e-6, KB: 1e-3, MB: 1, GB: 1e3 }
const toMs: Record<string, number> = { us: 1e-3, ms: 1, s: 1e3 }

interface WrkOptions {
  connections?: number
  seconds?: number
  headers?: Record<string, string>
  /** A Lua script, for more than one address. */
  script?: string
}

/** CPU time that a process has used so far; the kernel counts in hundredths of a second. */
async function readCpuMicros(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000 // utime and stime, proc(5)
}

/**
 * Loads one address with wrk; `pid` is who serves it. Throws where any answer is not 2xx or 3xx,
 * or a socket fails.
 */
export async function runWrk(pid: number, url: string, options: WrkOptions = {}): Promise<Load> {
  const { connections = 16, seconds = 4, headers = {}, script } = options
  const headerArgs = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const scriptArgs = script ? ['-s', script] : []
  const load = ['-t', '1', '-c', `${connections}`, '-d', `${seconds}s`, '--latency']
  const before = await readCpuMicros(pid)
  const { code, output } = await run('wrk', [...load, ...headerArgs, ...scriptArgs, url])
  if (code !== 0 || /Non-2xx|Socket errors/.test(output)) throw new Error(`wrk ${url}\n${output}`)
  const cpuMicros = (await readCpuMicros(pid)) - before
  const [, requests] = /(\d+) requests in/.exec(output) ?? []
  const [, transfer = '0', transferUnit = 'B'] = /Transfer\/sec:\s+([\d.]+)(\w+)/.exec(output) ?? []
  const [, median = '0', medianUnit = 'ms'] = /50%\s+([\d.]+)(\w+)/.exec(output) ?? []
  return {
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]),
    megabytesPerSecond: Number(transfer) * (units[transferUnit] ?? Number.NaN),
    medianMs: Number(median) * (toMs[medianUnit] ?? Number.NaN),
    cpuMicrosPerRequest: cpuMicros / Number(requests),
  }
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

/** Each number's own median. */
export const medianLoad = (loads: Load[]): Load => ({
  requestsPerSecond: median(loads.map((load) => load.requestsPerSecond)),
  megabytesPerSecond: median(loads.map((load) => load.megabytesPerSecond)),
  medianMs: median(loads.map((load) => load.medianMs)),
  cpuMicrosPerRequest: median(loads.map((load) => load.cpuMicrosPerRequest)),
})
