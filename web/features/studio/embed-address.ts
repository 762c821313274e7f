import { toFrameCode } from '#contracts/embed-code.ts'
import { parseClock } from '../../player/clock.ts'

/** What a maker of a frame chose; each as its field holds it. */
export interface EmbedChoice {
  widthPx: string
  start: string
  isMuted: boolean
  autoplays: boolean
  loops: boolean
  hasTitle: boolean
  hasControls: boolean
}

export const usualChoice: EmbedChoice = {
  widthPx: '640',
  start: '',
  isMuted: false,
  autoplays: false,
  loops: false,
  hasTitle: true,
  hasControls: true,
}

interface Film {
  id: string
  title: string
  widthPx: number | null
  heightPx: number | null
}

/** Only what differs from what the frame does by itself stands in its address. */
export function embedPath(id: string, choice: EmbedChoice): string {
  const startMs = choice.start.trim() ? parseClock(choice.start.trim()) : undefined
  const parts = new URLSearchParams()
  if (startMs) parts.set('start', String(Math.round(startMs / 1000)))
  if (choice.autoplays) parts.set('autoplay', '1')
  if (choice.isMuted) parts.set('muted', '1')
  if (choice.loops) parts.set('loop', '1')
  if (!choice.hasTitle) parts.set('title', '0')
  if (!choice.hasControls) parts.set('controls', '0')
  return `/embed/${id}${parts.size ? `?${parts}` : ''}`
}

const [leastPx, mostPx] = [200, 3840]

export const isWidth = (text: string): boolean =>
  /^\d+$/.test(text) && Number(text) >= leastPx && Number(text) <= mostPx

/** In the film's own shape; 16:9 for sound. */
export function embedCode(origin: string, film: Film, choice: EmbedChoice): string {
  const ratio = film.widthPx && film.heightPx ? film.heightPx / film.widthPx : 9 / 16
  const widthPx = isWidth(choice.widthPx) ? Number(choice.widthPx) : Number(usualChoice.widthPx)
  const src = origin + embedPath(film.id, choice)
  return toFrameCode({ src, title: film.title, widthPx, heightPx: Math.round(widthPx * ratio) })
}
