import type { Listen } from './dom.ts'
import type { View } from './view.ts'

const IDLE_MS = 2500
const LEAVE_MS = 600

export type Idle = ReturnType<typeof createIdle>

/** Hides the bar while a film runs; never while paused, in a menu, or with the keyboard in it. */
export function createIdle(view: View, listen: Listen) {
  const { root, video, bar, menu } = view
  let timer: ReturnType<typeof setTimeout> | undefined

  const isHeld = () =>
    video.paused ||
    !menu.hidden ||
    root.matches('.is-sound, .is-failed') ||
    bar.querySelector(':focus-visible') !== null ||
    (bar.matches(':hover') && matchMedia('(hover: hover)').matches)

  function hide() {
    if (!isHeld()) root.classList.add('is-idle')
  }
  function wake(afterMs = IDLE_MS) {
    root.classList.remove('is-idle')
    clearTimeout(timer)
    timer = setTimeout(hide, afterMs)
  }

  listen(root, 'pointermove', (event) => {
    if ((event as PointerEvent).pointerType === 'mouse') wake()
  })
  listen(root, 'keydown focusin focusout', () => wake())
  listen(video, 'play pause ended seeking', () => wake())
  listen(root, 'pointerleave', (event) => {
    if ((event as PointerEvent).pointerType === 'mouse') wake(LEAVE_MS)
  })
  return {
    wake,
    hide,
    isIdle: () => root.classList.contains('is-idle'),
    destroy: () => clearTimeout(timer),
  }
}
