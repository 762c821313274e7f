import { el, type Listen } from './dom.ts'
import type { FailureKind } from './types.ts'
import type { View } from './view.ts'

const SPINNER_AFTER_MS = 300

export type Status = ReturnType<typeof createStatus>

/** The spinner for waits that a viewer would notice, and the panel where nothing more helps. */
export function createStatus(view: View, listen: Listen, onRetry: () => void) {
  const { root, video, failure, status, labels } = view
  const sentences: Record<FailureKind, string> = {
    network: labels.failedNetwork,
    media: labels.failedMedia,
    denied: labels.failedDenied,
  }
  let timer: ReturnType<typeof setTimeout> | undefined

  function wait() {
    timer ??= setTimeout(() => {
      root.classList.add('is-waiting')
      status.textContent = navigator.onLine ? labels.loading : labels.offline
    }, SPINNER_AFTER_MS)
  }
  function settle() {
    clearTimeout(timer)
    timer = undefined
    root.classList.remove('is-waiting')
    status.textContent = ''
  }
  function clear() {
    settle()
    failure.replaceChildren()
    failure.hidden = true
    root.classList.remove('is-failed')
  }
  function fail(kind: FailureKind) {
    settle()
    const hadFocus = root.contains(document.activeElement)
    const retry = el('button', { type: 'button', class: 'vp-retry' }, labels.retry)
    retry.addEventListener('click', onRetry)
    failure.replaceChildren(el('p', {}, sentences[kind]), retry)
    failure.hidden = false
    root.classList.add('is-failed')
    if (hadFocus) retry.focus()
  }

  listen(video, 'waiting', wait)
  listen(video, 'seeking', () => video.readyState < video.HAVE_FUTURE_DATA && wait())
  listen(video, 'playing seeked canplay', settle)
  return { wait, clear, fail, destroy: () => clearTimeout(timer) }
}
