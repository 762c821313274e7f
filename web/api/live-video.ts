import { createEffect, createMemo, createSignal, onCleanup } from 'solid-js'
import type { Video, VideoEvent } from '#contracts/video.ts'
import { isSettled, watchVideo } from './live.ts'
import { patchVideo } from './query.ts'

/** The video with its newest state and progress, watched while it is shown and not settled. */
export function createLiveVideo<V extends Video | undefined>(video: () => V): () => V {
  const [event, setEvent] = createSignal<VideoEvent>()
  const watchedId = createMemo(() => {
    const current = video()
    return current && current.status === 'processing' ? current.id : undefined
  })

  createEffect(() => {
    const id = watchedId()
    if (!id) return
    onCleanup(
      watchVideo(id, (latest) => {
        setEvent(latest)
        if (isSettled(latest)) patchVideo(latest.id, latest)
      }),
    )
  })

  return createMemo(() => {
    const current = video()
    const latest = event()
    // Once settled, the list is right; an old event must not hide a newer retry.
    if (!current || current.status !== 'processing' || latest?.id !== current.id) return current
    return { ...current, ...latest }
  })
}
