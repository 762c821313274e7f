import { el } from './dom.ts'
import type { View } from './view.ts'

/** A held key or a dragged slider is heard once it rests. */
const REST_MS = 400
const SHOWN_MS = 900

export type Voice = ReturnType<typeof createVoice>

/**
 * What a key or a gesture did where no focused control tells it: for ears by a live region, for
 * eyes by a bubble over the picture. Only acts of the viewer are told, never the running time.
 */
export function createVoice({ root, video }: View) {
  const live = el('div', { class: 'vp-hidden', role: 'status' })
  const bubble = el('div', { class: 'vp-bubble', 'aria-hidden': 'true' })
  bubble.hidden = true
  video.after(bubble)
  root.append(live)
  let speaking: ReturnType<typeof setTimeout> | undefined
  let hiding: ReturnType<typeof setTimeout> | undefined

  function say(words: string) {
    clearTimeout(speaking)
    live.textContent = '' // the same words again are news only after a gap
    speaking = setTimeout(() => (live.textContent = words), REST_MS)
  }
  /** `isHeld`: until `hide`. */
  function show(words: string, isHeld = false) {
    clearTimeout(hiding)
    bubble.textContent = words
    bubble.hidden = false
    if (!isHeld) hiding = setTimeout(hide, SHOWN_MS)
  }
  const hide = () => (bubble.hidden = true)
  return {
    say,
    show,
    hide,
    tell(words: string) {
      say(words)
      show(words)
    },
    destroy() {
      clearTimeout(speaking)
      clearTimeout(hiding)
    },
  }
}
