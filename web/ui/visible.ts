import { createSignal, onCleanup } from 'solid-js'

/** Turns true, for good, once the element is in sight or nearly. Use `seen` as its `ref`. */
export function createSeen(marginPx = 200): {
  seen: (element: Element) => void
  isSeen: () => boolean
} {
  const [isSeen, setSeen] = createSignal(false)
  let observer: IntersectionObserver | undefined
  onCleanup(() => observer?.disconnect())
  function seen(element: Element) {
    observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return
        setSeen(true)
        observer?.disconnect()
      },
      { rootMargin: `${marginPx}px` },
    )
    observer.observe(element)
  }
  return { seen, isSeen }
}
