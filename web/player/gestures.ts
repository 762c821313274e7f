import type { Listen } from './dom.ts'
import { createHold } from './hold.ts'
import type { Idle } from './idle.ts'
import type { View } from './view.ts'
import type { Voice } from './voice.ts'

const DOUBLE_TAP_MS = 300
const STEP_SECONDS = 10

interface GestureOptions {
  idle: Idle
  voice: Voice
  toggle: () => void
  fullscreen: () => void
  seekBy: (ms: number) => void
  setRate: (rate: number) => void
}

/**
 * Mouse: click plays, double click fills the screen. Touch: a tap shows or hides the bar, a double
 * tap at a side seeks 10 s, and each further tap 10 s more; held down, the film runs at double speed.
 */
export function createGestures(view: View, listen: Listen, acts: GestureOptions) {
  const { root, video, sound, pulse } = view
  const { idle, voice } = acts
  let lastTapAt = -Infinity
  let lastSide = 0
  let run = 0
  let hiding: ReturnType<typeof setTimeout> | undefined
  let isTouch = false

  const sideOf = (x: number) => {
    const box = root.getBoundingClientRect()
    const share = (x - box.left) / box.width
    return share < 0.35 ? -1 : share > 0.65 ? 1 : 0
  }
  function tap(event: PointerEvent) {
    const side = sideOf(event.clientX)
    const isAgain = event.timeStamp - lastTapAt < DOUBLE_TAP_MS && side === lastSide && side !== 0
    lastTapAt = event.timeStamp
    lastSide = side
    clearTimeout(hiding)
    if (isAgain) return seek(side)
    run = 0
    if (idle.isIdle()) idle.wake()
    else hiding = setTimeout(idle.hide, DOUBLE_TAP_MS)
  }
  function seek(side: number) {
    run += 1
    acts.seekBy(side * STEP_SECONDS * 1000)
    flash(side, `${side < 0 ? '−' : '+'}${run * STEP_SECONDS} s`)
  }
  function flash(side: number, text: string) {
    pulse.textContent = text
    pulse.className = `vp-pulse ${side < 0 ? 'is-back' : 'is-on'}`
    pulse.getAnimations().forEach((animation) => animation.cancel())
    pulse.animate([{ opacity: 1 }, { opacity: 1, offset: 0.6 }, { opacity: 0 }], 700)
    voice.say(text)
  }
  const hold = createHold(video, {
    setRate: acts.setRate,
    show: (words) => voice.show(words, true),
    hide: voice.hide,
  })

  // A double click tells nowhere, and a click not everywhere, what made it.
  listen(root, 'pointerdown', (event) => {
    isTouch = (event as PointerEvent).pointerType !== 'mouse'
  })
  for (const surface of [video, sound]) {
    listen(surface, 'click', (event) => {
      if (hold.takesClick()) return
      if (isTouch) tap(event as PointerEvent)
      else acts.toggle()
    })
    listen(surface, 'dblclick', () => {
      if (!isTouch) acts.fullscreen()
    })
    listen(surface, 'pointerdown', (event) => {
      const press = event as PointerEvent
      if (press.pointerType !== 'mouse') hold.press(press)
    })
    listen(surface, 'pointermove', (event) => hold.move(event as PointerEvent))
    // A long press opens no menu where it means something else.
    listen(surface, 'contextmenu', (event) => isTouch && event.preventDefault())
  }
  listen(root, 'pointerup pointercancel pointerleave', hold.end)
  return {
    destroy() {
      clearTimeout(hiding)
      hold.end()
    },
  }
}
