import { copyText } from './copy.ts'
import { el, type Listen } from './dom.ts'
import type { Failure } from './failure.ts'
import type { Labels } from './labels.ts'
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
    shown = undefined
    root.classList.remove('is-failed')
  }
  let shown: Failure | undefined
  function fail(why: Failure) {
    settle()
    shown = why
    const hadFocus = root.contains(document.activeElement)
    const retry = el('button', { type: 'button', class: 'vp-retry' }, labels.retry)
    retry.addEventListener('click', acts.retry)
    failure.replaceChildren(el('p', {}, labels.failed[why.kind]), retry)
    if (why.requestId) failure.append(requestLine(why.requestId, labels))
    failure.hidden = false
    root.classList.add('is-failed')
    if (hadFocus) retry.focus()
  }

  listen(video, 'waiting', wait)
  listen(video, 'seeking', () => video.readyState < video.HAVE_FUTURE_DATA && wait())
  listen(video, 'playing seeked canplay', settle)
  listen(video, 'progress', tell)
  listen(globalThis, 'online', () => shown?.kind === 'offline' && acts.retry())
  return { wait, clear, fail, destroy: () => clearTimeout(timer) }
}

/** What to name when asking for help. */
function requestLine(id: string, labels: Labels): HTMLElement {
  const copy = el('button', { type: 'button', class: 'vp-copy' }, labels.copy)
  copy.addEventListener('click', () => {
    void copyText(id).then(() => (copy.textContent = labels.copied))
  })
  return el('p', { class: 'vp-request' }, `${labels.request} `, el('code', {}, id), copy)
}
