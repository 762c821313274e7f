import { createSignal, onCleanup } from 'solid-js'

/** Long enough that a pointer on its way elsewhere starts nothing. */
const restMs = 300

interface WithConnection {
  connection?: { saveData?: boolean }
}

/** Where nothing hovers, nobody wants motion, or bytes are counted, pictures stand still. */
const canMove = (): boolean =>
  matchMedia('(hover: hover)').matches &&
  !matchMedia('(prefers-reduced-motion: reduce)').matches &&
  (navigator as WithConnection).connection?.saveData !== true

/**
 * The address of a moving preview while the pointer rests on a card, or the keyboard's focus is in
 * it; undefined else, so that nothing is fetched before. `card` is the card's `ref`.
 */
export function createPreview(url: () => string | null) {
  const [isShown, setShown] = createSignal(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  function wait() {
    clearTimeout(timer)
    if (url() && canMove()) timer = setTimeout(() => setShown(true), restMs)
  }
  function stop() {
    clearTimeout(timer)
    setShown(false)
  }
  onCleanup(stop)

  return {
    url: () => (isShown() ? (url() ?? undefined) : undefined),
    card(element: HTMLElement) {
      const isFocused = () => element.matches(':has(:focus-visible)')
      /** From one link of the card to the next: nothing has begun or ended. */
      const isWithin = ({ relatedTarget }: FocusEvent) =>
        relatedTarget instanceof Node && element.contains(relatedTarget)
      element.addEventListener('pointerenter', (event) => {
        if (event.pointerType === 'mouse') wait()
      })
      element.addEventListener('pointerleave', () => isFocused() || stop())
      element.addEventListener('focusin', (event) => !isWithin(event) && isFocused() && wait())
      element.addEventListener('focusout', (event) => {
        if (!isWithin(event) && !element.matches(':hover')) stop()
      })
    },
  }
}
