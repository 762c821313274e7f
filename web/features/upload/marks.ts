import type { UploadItem } from './item.ts'
import { isMoving } from './item.ts'

const prefix = 'lantern-upload-'

/** Holds a lock for each upload that moves, so that other tabs do not offer to go on with it. */
export function createMarks() {
  const held = new Map<string, () => void>()

  function hold(key: string, uploadId: string) {
    // The lock lasts until this promise resolves, or the tab is gone.
    const released = new Promise<void>((resolve) => held.set(key, resolve))
    void navigator.locks.request(prefix + uploadId, () => released)
  }

  return {
    follow(key: string, item: UploadItem | null): void {
      if (!('locks' in navigator)) return
      const uploadId = item && isMoving(item) ? item.upload?.id : undefined
      if (uploadId && !held.has(key)) return hold(key, uploadId)
      if (uploadId) return
      held.get(key)?.()
      held.delete(key)
    },
  }
}

/** Uploads that a tab of this browser is sending just now, by id. */
export async function busyElsewhere(): Promise<Set<string>> {
  if (!('locks' in navigator)) return new Set()
  const { held = [] } = await navigator.locks.query()
  const names = held.map((lock) => lock.name ?? '').filter((name) => name.startsWith(prefix))
  return new Set(names.map((name) => name.slice(prefix.length)))
}
