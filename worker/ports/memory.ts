import type { StoredBytes, StoredObject } from './edge-cache.ts'

/** An isolate has 128 MB for everything. */
const maxHotBytes = 32 * 2 ** 20
/** Larger ones stream from the edge cache at the same cost, measured at 1 MB. */
const maxHotObjectBytes = 256 * 2 ** 10
let hotBytes = 0
/** Oldest first: an entry that is evicted and wanted again comes back at the next reading. */
const memory = new Map<string, StoredBytes>()

export const findHot = (key: string): StoredBytes | undefined => memory.get(key)

/** What a small object's bytes are from now on; a large one is handed on as it is. */
export async function remember(key: string, stored: StoredObject | undefined) {
  if (!stored || stored.sizeBytes > maxHotObjectBytes) return stored
  const bytes = new Uint8Array(await new Response(stored.body).arrayBuffer())
  if (bytes.byteLength !== stored.sizeBytes) throw new Error('the edge cache lost a part')
  const hot = { ...stored, body: bytes }
  const before = memory.get(key)
  if (before) return before
  memory.set(key, hot)
  hotBytes += hot.sizeBytes
  for (const oldest of memory.keys()) {
    if (hotBytes <= maxHotBytes) break
    forget(oldest)
  }
  return hot
}

export function forget(key: string): void {
  hotBytes -= memory.get(key)?.sizeBytes ?? 0
  memory.delete(key)
}
