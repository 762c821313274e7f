import { el, type Listen } from './dom.ts'
import type { FailureKind } from './types.ts'
import type { View } from './view.ts'

const SPINNER_AFTER_MS = 300

interface StatusActs {
  retry: () => void
  /** The wait is for a part of the film that is not there yet. */
  isPreparing: () => boolean
}

export type Status = ReturnType<typeof createStatus>

/** The spinner for waits that a viewer would notice, and the panel where nothing more helps. */
export function createStatus(view: View, listen: Listen, acts: StatusActs) {
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
      tell()
    }, SPINNER_AFTER_MS)
  }
  /** Words for ears; those that a spinner does not say stand under it too. */
  function tell() {
    if (!root.classList.contains('is-waiting')) return
    const isPreparing = navigator.onLine && acts.isPreparing()
    const words = navigator.onLine ? labels.loading : labels.offline
    const now = isPreparing ? labels.preparing : words
    if (status.textContent !== now) status.textContent = now
    root.classList.toggle('is-preparing', isPreparing)
  }
  function settle() {
    clearTimeout(timer)
    timer = undefined
    root.classList.remove('is-waiting', 'is-preparing')
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
    retry.addEventListener('click', acts.retry)
    failure.replaceChildren(el('p', {}, sentences[kind]), retry)
    failure.hidden = false
    root.classList.add('is-failed')
    if (hadFocus) retry.focus()
  }

  listen(video, 'waiting', wait)
  listen(video, 'seeking', () => video.readyState < video.HAVE_FUTURE_DATA && wait())
  listen(video, 'playing seeked canplay', settle)
  listen(video, 'progress', tell)
  return { wait, clear, fail, destroy: () => clearTimeout(timer) }
}
