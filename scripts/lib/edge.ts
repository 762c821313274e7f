import { readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from 'miniflare'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'
import { keepSignals } from './signals.ts'

type V4Options = Parameters<typeof convertV4MiniflareOptions>[0]
type ServiceBindings = Record<string, (request: Request) => Response | Promise<Response>>

export interface EdgeOptions {
  /** The repository: wrangler.toml and the migrations lie here. */
  root: string
  /** The bundled Worker, made by `buildWorker`. */
  scriptPath: string
  /** Where D1, R2 and Durable Objects keep their files. */
  stateDir: string
  host: string
  port: number
  /** Secrets and the vars that only this machine knows. */
  env: Record<string, string>
  s3: { accessKeyId: string; secretAccessKey: string }
  /**
   * A reverse proxy stands in front and names the caller in X-Forwarded-For. Without one the
   * caller's address is unknown, and a header that claims one is dropped.
   */
  hasProxy?: boolean
  /** Calls that one person, key or address may make a minute, where not as wrangler.toml says. */
  callsAMinute?: number
  /** More service bindings, answered in this process. */
  services?: ServiceBindings
  onLog?: (line: { level: string; message: string }) => void
  /** workerd died and was started again. */
  onRestart?: () => void
}

export interface Edge {
  /** Where people and programs reach Lantern. */
  url: string
  /** Loopback only: R2's S3 endpoint for the transcoder. */
  s3Endpoint: string
  mf: Miniflare
  runCron: (cron: string) => Promise<void>
  /** Swap the Worker's script for a newer build, keeping data and ports. */
  reload: (scriptPath: string) => Promise<void>
  stop: () => Promise<void>
}

function tryPort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(port, host, () => server.close(() => resolve(port)))
  })
}

/** Below those that outgoing connections take, any of which may be taken the next moment. */
const [lowestPort, highestPort] = [10_000, 32_000]
const triesForPort = 50

/** A port that was free a moment ago: `wanted`, or any. Rejects where `wanted` is taken. */
export async function freePort(host = '127.0.0.1', wanted = 0): Promise<number> {
  if (wanted) return tryPort(host, wanted)
  for (let tries = 1; ; tries++) {
    const port = lowestPort + Math.floor(Math.random() * (highestPort - lowestPort))
    try {
      return await tryPort(host, port)
    } catch (error) {
      if (tries === triesForPort) throw error
    }
  }
}

const s3Path = '/cdn-cgi/local/r2/s3/'

/**
 * workerd with every binding of wrangler.toml, behind no proxy. wrangler's reader keeps that file
 * the only configuration; `wrangler dev` itself is several times slower a request.
 */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const entryPort = await freePort()
  const entry = `127.0.0.1:${entryPort}`
  const s3Endpoint = `http://${entry}${s3Path.slice(0, -1)}`
  const { workerOptions, externalWorkers } = unstable_getMiniflareWorkerOptions(
    path.join(options.root, 'wrangler.toml'),
  )
  const { modulesRules: _bundled, ...rest } = workerOptions as Record<string, unknown>
  const base = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))

  const configFor = (scriptPath: string) =>
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: entryPort,
      resourcePersistencePath: options.stateDir,
      cf: false,
      log: new Log(LogLevel.ERROR),
      handleStructuredLogs: options.onLog ?? (() => {}),
      unsafeHandleRuntimeRestart: () => options.onRestart?.(),
      workers: [
        {
          ...base,
          name: 'lantern',
          modules: listModules(scriptPath),
          rootPath: path.dirname(scriptPath),
          bindings: {
            ...(base['bindings'] as object),
            S3_ENDPOINT: s3Endpoint,
            GATE: {
              entry,
              hasProxy: options.hasProxy ?? false,
              workerFirst: workerFirst(base['assets']),
            },
            ...(options.callsAMinute && { API_CALLS_A_MINUTE: `${options.callsAMinute}` }),
            ...options.env,
          },
          ...(options.callsAMinute && withLimit(base['ratelimits'], options.callsAMinute)),
          r2Buckets: withS3Keys(base['r2Buckets'], options.s3),
          serviceBindings: {
            ...(base['serviceBindings'] as object),
            PAGES: 'lantern',
            S3: { external: { address: entry, http: {} } },
            ...options.services,
          },
          // What is for the Worker comes to it directly: each hop costs as much as all that it does.
          unsafeDirectSockets: [{ host: options.host, port: options.port, entrypoint: 'direct' }],
        },
        ...externalWorkers,
      ],
    } as unknown as V4Options)

  const mf = await keepSignals(async () => new Miniflare(configFor(options.scriptPath)))
  await mf.ready
  const shownHost = options.host === '0.0.0.0' ? '127.0.0.1' : options.host
  return {
    url: `http://${shownHost}:${options.port}`,
    s3Endpoint,
    mf,
    runCron: async (cron) => {
      const worker = (await mf.getWorker('lantern')) as unknown as {
        scheduled: (options: { cron: string }) => Promise<unknown>
      }
      await worker.scheduled({ cron })
    },
    reload: (scriptPath) => mf.setOptions(configFor(scriptPath)),
    stop: () => mf.dispose(),
  }
}

/** The script, and the compiled modules that the bundler has put beside it. */
function listModules(scriptPath: string) {
  const compiled = readdirSync(path.dirname(scriptPath)).filter((name) => name.endsWith('.wasm'))
  return [
    { type: 'ESModule', path: path.basename(scriptPath) },
    ...compiled.map((name) => ({ type: 'CompiledWasm', path: name })),
  ]
}

function withS3Keys(buckets: unknown, s3Credentials: EdgeOptions['s3']): Record<string, unknown> {
  const entries = Object.entries((buckets ?? {}) as Record<string, { id: string }>)
  return Object.fromEntries(entries.map(([name, b]) => [name, { ...b, s3Credentials }]))
}

function withLimit(limits: unknown, limit: number): { ratelimits: Record<string, unknown> } {
  const entries = Object.entries((limits ?? {}) as Record<string, object>)
  const simple = { limit, period: 60 }
  return {
    ratelimits: Object.fromEntries(entries.map(([name, one]) => [name, { ...one, simple }])),
  }
}

/** `/api/*` → `/api/`: all below it; `/healthz` stays: that alone. */
function workerFirst(assets: unknown): string[] {
  const { run_worker_first: patterns = [] } = (assets ?? {}) as { run_worker_first?: string[] }
  return patterns.map((pattern) => pattern.replace(/\*$/, ''))
}
