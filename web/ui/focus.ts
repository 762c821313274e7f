import { onCleanup } from 'solid-js'

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
