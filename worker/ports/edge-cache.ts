import type { Env } from '../env.ts'

/** An immutable object, whole. A stream may be read once. */
export interface StoredObject {
  body: Uint8Array | ReadableStream
  sizeBytes: number
  etag: string
}

/** Where immutable media come from. Keys are R2 keys and carry no token. */
export interface EdgeCache {
  get: (key: string) => Promise<StoredObject | undefined>
}

/** Whole, in memory; `keep` puts what was made along with the object under its own key. */
export type Maker = (
  env: Env,
  key: string,
  keep: (key: string, object: StoredBytes) => void,
) => Promise<StoredBytes | undefined>

export interface StoredBytes extends StoredObject {
  body: Uint8Array
}

interface Execution {
  waitUntil: (work: Promise<unknown>) => void
  exports?: object
}

const innerOrigin = 'https://media.lantern.internal/'

/**
 * `MEDIA_CACHE = "entrypoint"` chooses Workers Cache, which only Cloudflare has. `make` answers for
 * objects that lie nowhere and are made on request; without it they come from R2.
 */
export function edgeCache(
  env: Env & { MEDIA_CACHE?: string },
  execution: Execution,
  make?: Maker,
): EdgeCache {
  const { MediaOrigin } = (execution.exports ?? {}) as { MediaOrigin?: Fetcher }
  return env.MEDIA_CACHE === 'entrypoint' && MediaOrigin
    ? entrypointCache(MediaOrigin)
    : plainCache(env, execution, make)
}

/** Tiered, with collapsed requests: an inner entrypoint of this Worker behind Workers Cache. */
const entrypointCache = (origin: Fetcher): EdgeCache => ({
  get: async (key) => toStored(await origin.fetch(innerOrigin + key)),
})

/** What the inner entrypoint answers: the whole object, or 404 that nobody keeps. */
export async function readOrigin(
  env: Env,
  execution: Execution,
  url: string,
  make?: Maker,
): Promise<Response> {
  const key = url.slice(innerOrigin.length)
  if (!make) {
    const object = await env.MEDIA.get(key)
    return object ? toResponse(object.body, object.size, object.httpEtag) : missing()
  }
  // What was made along with another request's object lies here.
  const kept = await caches.default.match(url)
  if (kept) return kept
  const made = await make(env, key, keeper(execution))
  return made ? toResponse(made.body, made.sizeBytes, made.etag) : missing()
}

const keeper =
  (execution: Execution) =>
  (key: string, { body, sizeBytes, etag }: StoredBytes): void =>
    execution.waitUntil(caches.default.put(innerOrigin + key, toResponse(body, sizeBytes, etag)))

const missing = () => new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })

const toResponse = (body: BodyInit, sizeBytes: number, etag: string): Response =>
  new Response(body, {
    headers: {
      'content-length': `${sizeBytes}`,
      etag,
      'cache-control': 'public, max-age=31536000, immutable',
    },
  })

function toStored(response: Response): StoredObject | undefined {
  if (!response.ok || !response.body) return undefined
  const sizeBytes = Number(response.headers.get('content-length'))
  return { body: response.body, sizeBytes, etag: response.headers.get('etag') ?? '' }
}

/** Segments of six seconds stay far below; a longer object is read from R2 each time. */
const maxCachedBytes = 64 * 2 ** 20

/**
 * One data centre, or one machine: hot objects in this isolate's memory, then `caches.default`,
 * then R2. An object is kept in memory from its second reading on.
 */
const plainCache = (env: Env, execution: Execution, make?: Maker): EdgeCache => ({
  get: async (key) => {
    const hot = memory.get(key)
    if (hot) return hot
    const cached = await caches.default.match(innerOrigin + key)
    if (cached) return remember(key, toStored(cached))
    if (make) {
      const keep = keeper(execution)
      const made = await make(env, key, keep)
      if (made) keep(key, made)
      return made
    }
    const object = await env.MEDIA.get(key)
    if (!object) return undefined
    const response = toResponse(object.body, object.size, object.httpEtag)
    if (object.size <= maxCachedBytes) {
      execution.waitUntil(caches.default.put(innerOrigin + key, response.clone()))
    }
    return toStored(response)
  },
})

/** An isolate has 128 MB for everything. */
const maxHotBytes = 32 * 2 ** 20
/** Larger ones stream from the edge cache at the same cost, measured at 1 MB. */
const maxHotObjectBytes = 256 * 2 ** 10
let hotBytes = 0
/** Oldest first: an entry that is evicted and wanted again comes back at the next reading. */
const memory = new Map<string, StoredBytes>()

async function remember(key: string, stored: StoredObject | undefined) {
  if (!stored || stored.sizeBytes > maxHotObjectBytes) return stored
  const bytes = new Uint8Array(await new Response(stored.body).arrayBuffer())
  if (bytes.byteLength !== stored.sizeBytes) throw new Error('the edge cache lost a part')
  const hot = { ...stored, body: bytes }
  const before = memory.get(key)
  if (before) return before
  memory.set(key, hot)
  hotBytes += hot.sizeBytes
  for (const [oldest, { sizeBytes }] of memory) {
    if (hotBytes <= maxHotBytes) break
    memory.delete(oldest)
    hotBytes -= sizeBytes
  }
  return hot
}
