import { createSignal, onCleanup } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { patchVideo } from './query.ts'
import type { VideoChange } from './video.ts'
import { updateVideo } from './video.ts'

export type SaveState = 'idle' | 'waiting' | 'saving' | 'saved' | 'failed'

type SavedFields = Pick<Video, 'title' | 'description' | 'visibility' | 'publishedAt'>

const typingPauseMs = 600

/**
 * Saves changes of a video by itself: text after a pause in typing, choices at once, one request
 * at a time, later changes merged. What was typed is never lost: a failure keeps it for `retry`.
 */
export function createVideoEdits(video: () => Video, onSaved?: (fields: SavedFields) => void) {
  const [state, setState] = createSignal<SaveState>('idle')
  const [error, setError] = createSignal<unknown>()
  let pending: VideoChange = {}
  let timer: ReturnType<typeof setTimeout> | undefined

  async function flush(): Promise<void> {
    clearTimeout(timer)
    if (state() === 'saving' || Object.keys(pending).length === 0) return
    const change = pending
    pending = {}
    setState('saving')
    try {
      const saved = await updateVideo(video().id, change)
      const { title, description, visibility, publishedAt } = saved
      const fields = { title, description, visibility, publishedAt }
      patchVideo(saved.id, fields)
      onSaved?.(fields)
      setError(undefined)
      setState('saved')
      if (Object.keys(pending).length > 0) void flush()
    } catch (failure) {
      pending = { ...change, ...pending }
      setError(failure)
      setState('failed')
    }
  }

  const flushNow = () => void flush()
  addEventListener('pagehide', flushNow)
  onCleanup(() => {
    removeEventListener('pagehide', flushNow)
    flushNow()
  })

  return {
    state,
    error,
    retry: flush,
    /** Call on each keystroke; an empty title waits, for it cannot be saved. */
    type(change: VideoChange): void {
      clearTimeout(timer)
      pending = { ...pending, ...change }
      if (change.title !== undefined && change.title.trim() === '') {
        delete pending.title
        return
      }
      if (state() !== 'saving') setState('waiting')
      timer = setTimeout(() => void flush(), typingPauseMs)
    },
    choose(change: VideoChange): void {
      pending = { ...pending, ...change }
      void flush()
    },
  }
}

export type VideoEdits = ReturnType<typeof createVideoEdits>
