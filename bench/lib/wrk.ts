import { run } from '../../scripts/lib/run.ts'

export interface Load {
  requestsPerSecond: number
  megabytesPerSecond: number
  /** Median time of an answer. */
  medianMs: number
}

const units: Record<string, number> = { B: 1e-6, KB: 1e-3, MB: 1, GB: 1e3 }
const toMs: Record<string, number> = { us: 1e-3, ms: 1, s: 1e3 }

interface WrkOptions {
  connections?: number
  seconds?: number
  headers?: Record<string, string>
  method?: string
  /** A Lua script, for more than one address. */
  script?: string
}

/** Loads one address with wrk. Throws where any answer is not 2xx or 3xx, or a socket fails. */
export async function runWrk(url: string, options: WrkOptions = {}): Promise<Load> {
  const { connections = 16, seconds = 4, headers = {}, script } = options
  const headerArgs = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const scriptArgs = script ? ['-s', script] : []
  const load = ['-t', '1', '-c', `${connections}`, '-d', `${seconds}s`, '--latency']
  const { code, output } = await run('wrk', [...load, ...headerArgs, ...scriptArgs, url])
  if (code !== 0 || /Non-2xx|Socket errors/.test(output)) throw new Error(`wrk ${url}\n${output}`)
  const [, transfer = '0', transferUnit = 'B'] = /Transfer\/sec:\s+([\d.]+)(\w+)/.exec(output) ?? []
  const [, median = '0', medianUnit = 'ms'] = /50%\s+([\d.]+)(\w+)/.exec(output) ?? []
  return {
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]),
    megabytesPerSecond: Number(transfer) * (units[transferUnit] ?? Number.NaN),
    medianMs: Number(median) * (toMs[medianUnit] ?? Number.NaN),
  }
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

export const medianLoad = (loads: Load[]): Load => ({
  requestsPerSecond: median(loads.map((load) => load.requestsPerSecond)),
  megabytesPerSecond: median(loads.map((load) => load.megabytesPerSecond)),
  medianMs: median(loads.map((load) => load.medianMs)),
})
