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
 * The public socket. miniflare's own entry answers /cdn-cgi/*, where unsigned reads of R2 and the
 * cron triggers lie; from outside only the signed S3 endpoint may be reached. Addresses of
 * `run_worker_first` go to the Worker directly: by way of the assets, a request costs two hops more.
 */
const gateScript = `export default {
  async fetch(request, env) {
    const url = new URL(request.url)
    const isFor = (address) =>
      address.endsWith('/') ? url.pathname.startsWith(address) : url.pathname === address
    if (env.WORKER_FIRST.some(isFor)) return env.WORKER.fetch(withCaller(request, env))
    if (!url.pathname.startsWith('/cdn-cgi/')) return env.ASSETS.fetch(request)
    if (!url.pathname.startsWith('${s3Path}')) return new Response(null, { status: 404 })
    const headers = new Headers(request.headers)
    const host = headers.get('host') ?? url.host
    headers.delete('origin') // the entry refuses foreign origins; the signature is the guard here
    headers.set('MF-Original-Hostname', host)
    url.host = env.ENTRY
    return env.S3.fetch(new Request(url, { method: request.method, headers, body: request.body }))
  },
}

function withCaller(request, env) {
  // Nothing here knows where callers are, so what a request claims of it is dropped.
  const claimed = request.headers.has('cf-connecting-ip') || request.cf
  const forwarded = env.HAS_PROXY && request.headers.get('x-forwarded-for')
  if (!claimed && !forwarded) return request
  const named = new Request(request, { cf: {} })
  if (forwarded) named.headers.set('cf-connecting-ip', forwarded.split(',').at(-1).trim())
  else named.headers.delete('cf-connecting-ip')
  return named
}`

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
          modules: true,
          scriptPath,
          rootPath: path.dirname(scriptPath),
          bindings: {
            ...(base['bindings'] as object),
            S3_ENDPOINT: s3Endpoint,
            ...(options.callsAMinute && { API_CALLS_A_MINUTE: `${options.callsAMinute}` }),
            ...options.env,
          },
          ...(options.callsAMinute && withLimit(base['ratelimits'], options.callsAMinute)),
          r2Buckets: withS3Keys(base['r2Buckets'], options.s3),
          serviceBindings: { ...(base['serviceBindings'] as object), ...options.services },
        },
        ...externalWorkers,
        {
          name: 'gate',
          modules: true,
          script: gateScript,
          compatibilityDate: '2026-09-01',
          bindings: {
            ENTRY: entry,
            HAS_PROXY: options.hasProxy ?? false,
            WORKER_FIRST: workerFirst(base['assets']),
          },
          serviceBindings: {
            WORKER: { name: 'lantern', entrypoint: 'direct' },
            ASSETS: 'lantern',
            S3: { external: { address: entry, http: {} } },
          },
          unsafeDirectSockets: [{ host: options.host, port: options.port }],
        },
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
