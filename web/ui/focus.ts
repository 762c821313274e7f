import { createComputed, onCleanup } from 'solid-js'

/** The nearest ancestor that takes the focus when what is in it goes: `tabindex='-1'`. */
export const refugeOf = (element: Element | null): HTMLElement | null =>
  element?.parentElement?.closest<HTMLElement>('[tabindex="-1"]') ?? null

/** A `ref` for what goes away when it was used: the focus goes to its refuge, not to nowhere. */
export function keepFocus(element: HTMLElement): void {
  onCleanup(() => {
    if (!element.contains(document.activeElement)) return
    const refuge = refugeOf(element)
    queueMicrotask(() => refuge?.focus({ preventScroll: true }))
  })
}

/**
 * For what opens over the page: answers how to give the focus back to what had it, or to its refuge
 * where that is gone by then.
 */
export function returnFocus(isOpen: () => boolean): () => void {
  let opener: Element | null = null
  let refuge: HTMLElement | null = null
  // Before it is made, which takes the focus.
  createComputed(() => {
    if (!isOpen()) return
    opener = document.activeElement
    refuge = refugeOf(opener)
  })
  return () => {
    if (opener instanceof HTMLElement) opener.focus()
    if (document.activeElement !== opener) refuge?.focus({ preventScroll: true })
  }
}
