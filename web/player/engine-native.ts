import type { Engine, EngineOptions } from './engine.ts'
import { failureOfMedia } from './failure.ts'
import { createNativeSounds } from './sound-native.ts'

/** The browser's own HLS: no choice of quality, and the token of the start lives to the end. */
export function createNativeEngine(options: EngineOptions): Engine {
  const { video, token, startMs, onFail } = options
  const abort = new AbortController()
  const listen = { signal: abort.signal }

  const onError = () => {
    const isNetwork = video.error?.code === MediaError.MEDIA_ERR_NETWORK
    onFail(isNetwork ? failureOfMedia({}, false) : { kind: 'media' })
  }
  video.addEventListener('error', onError, listen)
  video.addEventListener('loadedmetadata', () => (video.currentTime = startMs / 1000), {
    ...listen,
    once: true,
  })
  const sounds = createNativeSounds(video, options.onLevels, abort.signal)
  async function start() {
    const url = await token.fresh(options.hlsUrl)
    if (!abort.signal.aborted) video.src = url
  }
  void start()
  return {
    levels: () => [],
    level: () => undefined,
    picked: () => undefined,
    pick: () => undefined,
    ...sounds,
    framesPerSecond: () => 30,
    facts: () => undefined,
    isPreparing: () => false,
    expectPlay: () => undefined,
    destroy() {
      abort.abort()
      video.removeAttribute('src')
      video.load()
    },
  }
}
