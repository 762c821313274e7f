import type { Env } from '../env.ts'
import { type Reading, readTogether } from './collapse.ts'
import { findHot, forget, remember } from './memory.ts'

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
export function edgeCache(env: Env, execution: Execution, make?: Maker): EdgeCache {
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
    return object ? toResponse(key, object.body, object.size, object.httpEtag) : missing()
  }
  // What was made along with another request's object lies here.
  const kept = await caches.default.match(url)
  if (kept) return kept
  const made = await make(env, key, keeper(execution))
  return made ? toResponse(key, made.body, made.sizeBytes, made.etag) : missing()
}

const keeper =
  (execution: Execution) =>
  (key: string, object: StoredBytes): void =>
    execution.waitUntil(keep(key, object))

const keep = (key: string, { body, sizeBytes, etag }: StoredBytes): Promise<void> =>
  caches.default.put(innerOrigin + key, toResponse(key, body, sizeBytes, etag))

const missing = () => new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })

/** By what all of a video is purged. */
const tagOf = (key: string) => key.split('/')[1] ?? ''

const toResponse = (key: string, body: BodyInit, sizeBytes: number, etag: string): Response =>
  new Response(body, {
    headers: {
      'content-length': `${sizeBytes}`,
      etag,
      'cache-tag': tagOf(key),
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
/** What is read whole before its first byte is sent, so that others can have it too. */
const maxSharedBytes = 8 * 2 ** 20

/**
 * One data centre, or one machine: hot objects in this isolate's memory, then `caches.default`,
 * then R2, which requests at the same time ask once. An object is kept in memory from its second
 * reading on.
 */
const plainCache = (env: Env, execution: Execution, make?: Maker): EdgeCache => ({
  get: async (key) => {
    const hot = findHot(key)
    if (hot) return hot
    const cached = await findCached(key)
    if (cached) return remember(key, cached)
    const waitUntil = (work: Promise<unknown>) => execution.waitUntil(work)
    return readTogether(key, waitUntil, async () => {
      // It may have come while this request was on its way.
      const stored = await findCached(key)
      if (stored) return { stored, kept: Promise.resolve() }
      return make ? makeAndKeep(env, key, execution, make) : readAndKeep(env, key, execution)
    })
  },
})

const findCached = async (key: string) => {
  const cached = await caches.default.match(innerOrigin + key)
  return cached && toStored(cached)
}

async function makeAndKeep(
  env: Env,
  key: string,
  execution: Execution,
  make: Maker,
): Promise<Reading> {
  const stored = await make(env, key, keeper(execution))
  return { stored, kept: stored ? keep(key, stored) : Promise.resolve() }
}

async function readAndKeep(env: Env, key: string, execution: Execution): Promise<Reading> {
  const object = await env.MEDIA.get(key)
  if (!object) return { stored: undefined, kept: Promise.resolve() }
  const { size: sizeBytes, httpEtag: etag } = object
  if (sizeBytes <= maxSharedBytes) {
    const stored = { body: new Uint8Array(await object.arrayBuffer()), sizeBytes, etag }
    return { stored, kept: keep(key, stored) }
  }
  const response = toResponse(key, object.body, sizeBytes, etag)
  if (sizeBytes > maxCachedBytes) return { stored: toStored(response), kept: Promise.resolve() }
  const kept = caches.default.put(innerOrigin + key, response.clone())
  execution.waitUntil(kept)
  return { stored: toStored(response), kept }
}

/** Gone from this isolate's memory and this data centre. */
export async function dropCached(keys: string[]): Promise<void> {
  for (const key of keys) forget(key)
  await Promise.all(keys.map((key) => caches.default.delete(innerOrigin + key)))
}
