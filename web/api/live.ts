import type { Video, VideoEvent } from '#contracts/video.ts'
import { hasCode, isAbort } from './error.ts'
import { client } from './session.ts'
import { createEventParser } from './sse.ts'
import { getVideo } from './video.ts'

const pollMs = 3000
const failuresBeforePolling = 3
/** Browsers open six connections to an HTTP/1.1 host, and uploads take four of them. */
const maxStreams = 1

let openStreams = 0

/** Nothing more will happen to it without its owner. */
export const isSettled = (video: Pick<VideoEvent, 'status' | 'progress'>): boolean =>
  video.status === 'failed' || (video.status === 'ready' && video.progress === null)

/**
 * Reports state and progress until the video is settled or the returned function is called.
 * Reads server-sent events, and asks every 3 s where these fail or too many are open.
 */
export function watchVideo(id: string, onEvent: (event: VideoEvent) => void): () => void {
  const stopped = new AbortController()
  const { signal } = stopped
  void run(id, onEvent, signal).catch((error: unknown) => {
    if (!isAbort(error)) console.error(error)
  })
  return () => stopped.abort()
}

async function run(id: string, onEvent: (event: VideoEvent) => void, signal: AbortSignal) {
  let failures = 0
  while (!signal.aborted) {
    await untilVisible(signal)
    try {
      const canStream = failures < failuresBeforePolling && openStreams < maxStreams
      if (canStream) {
        const outcome = await readStream(id, onEvent, signal)
        failures = 0
        if (outcome.isEnd) return
        await pause(outcome.retryMs, signal)
        continue
      }
      const video = await getVideo(id, signal)
      onEvent(toEvent(video))
      if (isSettled(video)) return
    } catch (error) {
      if (isAbort(error) || hasCode(error, 'not_found', 'session_ended')) return
      failures += 1
    }
    await pause(failures < failuresBeforePolling ? 1000 * 2 ** failures : pollMs, signal)
  }
}

async function readStream(id: string, onEvent: (event: VideoEvent) => void, signal: AbortSignal) {
  openStreams += 1
  let isEnd = false
  let retryMs = 1000
  // A hidden page gives its connection back.
  const hidden = new AbortController()
  const onHide = () => document.hidden && hidden.abort()
  document.addEventListener('visibilitychange', onHide)
  try {
    const response = await client.open('GET', `/api/v1/videos/${encodeURIComponent(id)}/events`, {
      headers: { accept: 'text/event-stream' },
      signal: AbortSignal.any([signal, hidden.signal]),
    })
    const feed = createEventParser(
      (message) => {
        if (message.event === 'video') onEvent(JSON.parse(message.data) as VideoEvent)
        if (message.event === 'end') isEnd = true
      },
      (ms) => (retryMs = ms),
    )
    const decoder = new TextDecoder()
    const reader = response.body!.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      feed(decoder.decode(value, { stream: true }))
      if (isEnd) {
        await reader.cancel()
        break
      }
    }
  } catch (error) {
    if (!hidden.signal.aborted) throw error
  } finally {
    openStreams -= 1
    document.removeEventListener('visibilitychange', onHide)
  }
  return { isEnd, retryMs }
}

const toEvent = (video: Video): VideoEvent => ({
  id: video.id,
  status: video.status,
  playable: video.playable,
  durationMs: video.durationMs,
  widthPx: video.widthPx,
  heightPx: video.heightPx,
  hasVideo: video.hasVideo,
  hasAudio: video.hasAudio,
  posterUrl: video.posterUrl,
  previewUrl: video.previewUrl,
  renditions: video.renditions,
  progress: video.progress,
  failure: video.failure,
})

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}

function untilVisible(signal: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      if (document.hidden && !signal.aborted) return
      document.removeEventListener('visibilitychange', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    document.addEventListener('visibilitychange', done)
    signal.addEventListener('abort', done)
  })
}
