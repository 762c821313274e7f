import { createEffect, createRoot, createSignal } from 'solid-js'

const [title, setTitle] = createRoot(() => createSignal(''))

/** The title last set: read out after a change of page. */
export const pageTitle = title

/** Names the page in the tab and to screen readers. */
export function usePage(name: () => string): void {
  createEffect(() => {
    document.title = `${name()} – Lantern`
    setTitle(name())
  })
}
