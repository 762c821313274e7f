import type HlsType from 'hls.js'
import type { ErrorData } from 'hls.js'
import type { Join } from './join.ts'
import type { TokenKeeper } from './token.ts'
import type { FailureKind } from './types.ts'

const NETWORK_TRIES = 3
const MEDIA_TRIES = 2
const FIRST_WAIT_MS = 1000

interface RecoveryOptions {
  Hls: typeof HlsType
  hls: HlsType
  video: HTMLVideoElement
  hlsUrl: string
  token: TokenKeeper
  join: Join
  onFail: (kind: FailureKind) => void
  /** What plays now is in a codec of which H.264 can take the place. */
  canFallBack: () => boolean
  onPlain: () => void
}

/**
 * Answers to errors of hls.js, each with a limit: a refused token is renewed once, network errors
 * start loading again with growing waits, a codec that cannot be decoded makes place for H.264, other
 * media errors rebuild the buffer. A fragment that arrives clears the counts. Source: https://github.com/video-dev/hls.js/blob/master/docs/API.md#errors
 */
export function createRecovery(options: RecoveryOptions) {
  const { Hls, hls, video, hlsUrl, token, join, onFail } = options
  let networkTries = 0
  let mediaTries = 0
  let renewal: 'none' | 'running' | 'done' = 'none'
  let timer: ReturnType<typeof setTimeout> | undefined
  const abort = new AbortController()

  function restart() {
    if (abort.signal.aborted) return
    hls.stopLoad() // takes back what still goes out under an old token
    if (hls.levels.length === 0) hls.loadSource(hlsUrl)
    else hls.startLoad()
  }
  function giveUp(kind: FailureKind) {
    hls.stopLoad()
    onFail(kind)
  }

  async function onRefused() {
    if (renewal === 'running') return
    if (renewal === 'done') return giveUp('denied')
    renewal = 'running'
    try {
      await token.renew()
      renewal = 'done'
      restart()
    } catch {
      if (!abort.signal.aborted) giveUp('denied')
    }
  }
  function onNetwork(status: number | undefined) {
    if (status === 404 || status === 410) return giveUp('denied')
    if (!navigator.onLine) return waitForNetwork()
    if (networkTries >= NETWORK_TRIES) return giveUp('network')
    timer = setTimeout(restart, FIRST_WAIT_MS * 2 ** networkTries++)
  }
  function waitForNetwork() {
    globalThis.addEventListener('online', restart, { once: true, signal: abort.signal })
  }
  let hasFallenBack = false
  /** After hls.js has done with its event, for the other engine destroys this one. */
  function fallBack() {
    if (hasFallenBack) return
    hasFallenBack = true
    queueMicrotask(() => abort.signal.aborted || options.onPlain())
  }
  function onMedia() {
    if (options.canFallBack()) return fallBack()
    if (mediaTries >= MEDIA_TRIES) return giveUp('media')
    if (mediaTries++ > 0) hls.swapAudioCodec()
    hls.recoverMediaError()
  }
  function onError(data: ErrorData) {
    const status = data.response?.code
    if (status === 401 || status === 403) return void onRefused()
    if (!data.fatal) return
    if (data.details === Hls.ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR && join.hold()) return
    clearTimeout(timer)
    if (data.type === Hls.ErrorTypes.NETWORK_ERROR) onNetwork(status)
    else if (data.type === Hls.ErrorTypes.MEDIA_ERROR) onMedia()
    else giveUp('media')
  }

  hls.on(Hls.Events.FRAG_BUFFERED, () => {
    networkTries = 0
    if (renewal === 'done') renewal = 'none'
  })
  hls.on(Hls.Events.ERROR, (_event, data) => onError(data))
  // Once all is in the buffer, hls.js has nothing to add by which it would hear of this.
  const onVideoError = () => options.canFallBack() && fallBack()
  video.addEventListener('error', onVideoError, { signal: abort.signal })
  return {
    destroy() {
      clearTimeout(timer)
      abort.abort()
    },
  }
}
