import { createRoot, createSignal } from 'solid-js'

export interface SmallFilm {
  videoId: string
  title: string
  close: () => void
}

/** What goes on playing beside other pages. Apart from the player, whose code the shell has not. */
export const [smallFilm, setSmallFilm] = createRoot(() => createSignal<SmallFilm>())

let slot: HTMLElement | undefined

/** Where it plays; the shell has one. */
export const smallSlot = () => slot
export const setSmallSlot = (element: HTMLElement) => void (slot = element)
