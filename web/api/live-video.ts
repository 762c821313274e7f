import { createEffect, createMemo, createSignal, onCleanup } from 'solid-js'
import type { Video, VideoEvent } from '#contracts/video.ts'
import { isSettled, watchVideo } from './live.ts'
import { patchVideo } from './query.ts'

interface LiveOptions {
  /** False while nothing can happen yet: no connection is kept open for that. */
  isWanted?: () => boolean
  /** It came into another state, plays now, or is settled. What is on screen is right already. */
  onNews?: (event: VideoEvent) => void
}

/** The video with its newest state and progress, watched while it is shown and not settled. */
export function createLiveVideo<V extends Video | undefined>(
  video: () => V,
  { isWanted = () => true, onNews }: LiveOptions = {},
): () => V {
  const [event, setEvent] = createSignal<VideoEvent>()
  const watchedId = createMemo(() => {
    const current = video()
    return current && !isSettled(current) && isWanted() ? current.id : undefined
  })

  function take(latest: VideoEvent) {
    setEvent(latest)
    const current = video()
    if (current?.id !== latest.id || !isNews(latest, current)) return
    patchVideo(latest.id, latest)
    onNews?.(latest)
  }

  createEffect(() => {
    const id = watchedId()
    if (!id) return
    setEvent(undefined) // of before: it must not hide that a failed one is tried again
    onCleanup(watchVideo(id, take))
  })

  return createMemo(() => {
    const current = video()
    const latest = event()
    if (!current || latest?.id !== current.id || isOutdated(latest, current)) return current
    return { ...current, ...latest }
  })
}

/** Once settled, the list is right; and a file that has arrived is not on its way any more. */
const isOutdated = (event: VideoEvent, video: Video): boolean =>
  isSettled(video) || (event.status === 'uploading' && video.status !== 'uploading')

const isNews = (event: VideoEvent, video: Video): boolean =>
  !isOutdated(event, video) &&
  (event.status !== video.status ||
    event.playable !== video.playable ||
    isSettled(event) !== isSettled(video))
