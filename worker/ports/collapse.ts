import type { StoredBytes, StoredObject } from './edge-cache.ts'

/** `alone`: nothing that can be shared came of it, so each reads for itself. */
type Shared = StoredBytes | 'alone' | undefined

export interface Reading {
  stored: StoredObject | undefined
  /** Settles once others find it in a cache. */
  kept: Promise<unknown>
}

const readings = new Map<string, Promise<Shared>>()

/** A request that ends early takes its reading along: nobody waits longer for it. */
const maxWaitMs = 5000

/**
 * Requests of one isolate for one key share a reading: the first reads, the others take its bytes.
 * Only bytes pass between requests, for workerd lets no stream of one be read by another; and each
 * that waits holds a timer of its own, for a request that waits for nothing of its own is ended.
 */
export async function readTogether(
  key: string,
  waitUntil: (work: Promise<unknown>) => void,
  read: () => Promise<Reading>,
): Promise<StoredObject | undefined> {
  const other = readings.get(key)
  if (other) {
    const shared = await withinTime(other)
    if (shared === 'late' && readings.get(key) === other) readings.delete(key)
    return shared === 'late' || shared === 'alone' ? (await read()).stored : shared
  }
  const own = read()
  const reading = own.then(({ stored }) => toShared(stored)).catch((): Shared => 'alone')
  readings.set(key, reading)
  const end = () => void (readings.get(key) === reading && readings.delete(key))
  waitUntil(own.then(({ kept }) => kept).then(end, end))
  return (await own).stored
}

const toShared = (stored: StoredObject | undefined): Shared =>
  stored && (stored.body instanceof Uint8Array ? { ...stored, body: stored.body } : 'alone')

async function withinTime(reading: Promise<Shared>): Promise<Shared | 'late'> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), maxWaitMs)
  })
  return Promise.race([reading, late]).finally(() => clearTimeout(timer))
}
