import { createEffect, onCleanup, onMount } from 'solid-js'

const places = new Map<string, number>()
let isBack = false
addEventListener('popstate', () => (isBack = true))
document.addEventListener('click', () => (isBack = false), { capture: true })

/** Coming back with the browser's button, a list stands where it was left, once it has its rows. */
export function createScrollMemory(name: string, hasRows: () => boolean): void {
  const remember = () => places.set(name, scrollY)
  const wanted = isBack ? places.get(name) : undefined
  let isRestored = wanted === undefined

  createEffect(() => {
    if (isRestored || !hasRows()) return
    isRestored = true
    requestAnimationFrame(() => scrollTo({ top: wanted!, behavior: 'instant' }))
  })
  onMount(() => addEventListener('scroll', remember, { passive: true }))
  onCleanup(() => removeEventListener('scroll', remember))
}
