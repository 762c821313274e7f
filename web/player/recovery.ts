import type HlsType from 'hls.js'
import type { ErrorData } from 'hls.js'
import { isStarved } from './buffer.ts'
import {
  type Failure,
  failureOfMedia,
  failureOfRenewal,
  isFinal,
  isRefused,
  readRefusal,
  type Refusal,
} from './failure.ts'
import type { Join } from './join.ts'
import type { TokenKeeper } from './token.ts'

const NETWORK_TRIES = 3
const MEDIA_TRIES = 2
const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 8000

interface RecoveryOptions {
  Hls: typeof HlsType
  hls: HlsType
  video: HTMLVideoElement
  hlsUrl: string
  token: TokenKeeper
  join: Join
  onFail: (failure: Failure) => void
  /** What plays now is in a codec of which H.264 can take the place. */
  canFallBack: () => boolean
  onPlain: () => void
}

/**
 * Answers to errors of hls.js. What is in the buffer plays to its end whatever happens: until then
 * network errors start loading again with growing waits, and what is final is not told. A codec that
 * cannot be decoded makes place for H.264, other media errors rebuild the buffer. A fragment that
 * arrives clears the counts. Source: https://github.com/video-dev/hls.js/blob/master/docs/API.md#errors
 */
export function createRecovery(options: RecoveryOptions) {
  const { Hls, hls, video, hlsUrl, token, join, onFail } = options
  let networkTries = 0
  let mediaTries = 0
  let refusals = 0
  let isRenewing = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const abort = new AbortController()
  const { signal } = abort

  function restart() {
    if (signal.aborted) return
    hls.stopLoad() // takes back what still goes out under an old token
    if (hls.levels.length === 0) hls.loadSource(hlsUrl)
    else hls.startLoad()
  }
  function giveUp(failure: Failure) {
    hls.stopLoad()
    clearTimeout(timer)
    const told = new AbortController()
    const look = () => {
      if (!isStarved(video)) return
      told.abort()
      onFail(failure)
    }
    const listen = { signal: AbortSignal.any([signal, told.signal]) }
    for (const event of ['waiting', 'seeking']) video.addEventListener(event, look, listen)
    look()
  }
  function tryAgain(failure: Failure) {
    if (failure.kind === 'offline') return waitForNetwork()
    if (networkTries >= NETWORK_TRIES && isStarved(video)) return giveUp(failure)
    clearTimeout(timer)
    timer = setTimeout(restart, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** networkTries++))
  }
  const answer = (failure: Failure) => (isFinal(failure) ? giveUp(failure) : tryAgain(failure))
  function waitForNetwork() {
    globalThis.addEventListener('online', restart, { once: true, signal })
  }

  /** The loader has asked for another token already, and was refused once more. */
  async function onRefused(refusal: Refusal) {
    if (isRenewing) return
    isRenewing = true
    hls.stopLoad()
    const failure = await token.renew().then(() => undefined, failureOfRenewal)
    isRenewing = false
    if (signal.aborted) return
    if (failure) return answer(failure)
    if (refusals++ > 0) return giveUp(failureOfMedia(refusal, token.hasEnded()))
    restart()
  }
  let hasFallenBack = false
  /** After hls.js has done with its event, for the other engine destroys this one. */
  function fallBack() {
    if (hasFallenBack) return
    hasFallenBack = true
    queueMicrotask(() => signal.aborted || options.onPlain())
  }
  function onMedia() {
    if (options.canFallBack()) return fallBack()
    if (mediaTries >= MEDIA_TRIES) return giveUp({ kind: 'media' })
    if (mediaTries++ > 0) hls.swapAudioCodec()
    hls.recoverMediaError()
  }
  function onError(data: ErrorData) {
    const refusal = toRefusal(data)
    if (isRefused(refusal.status)) return void onRefused(refusal)
    if (!data.fatal) return
    if (data.details === Hls.ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR && join.hold()) return
    clearTimeout(timer)
    if (data.type === Hls.ErrorTypes.NETWORK_ERROR) answer(failureOfMedia(refusal, false))
    else if (data.type === Hls.ErrorTypes.MEDIA_ERROR) onMedia()
    else giveUp({ kind: 'media' })
  }

  hls.on(Hls.Events.FRAG_BUFFERED, () => (networkTries = refusals = 0))
  hls.on(Hls.Events.ERROR, (_event, data) => onError(data))
  // Once all is in the buffer, hls.js has nothing to add by which it would hear of this.
  const onVideoError = () => options.canFallBack() && fallBack()
  video.addEventListener('error', onVideoError, { signal })
  return {
    destroy() {
      clearTimeout(timer)
      abort.abort()
    },
  }
}

function toRefusal({ response, networkDetails }: ErrorData): Refusal {
  if (networkDetails instanceof XMLHttpRequest) return readRefusal(networkDetails)
  return { status: response?.code }
}
