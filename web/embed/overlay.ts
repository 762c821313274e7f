import type { EmbedConfig } from '#contracts/embed.ts'
import { el } from '../player/dom.ts'
import { icon } from '../player/icons.ts'
import { english } from '../player/labels.ts'

/** The title over the film; it leads to the film's own page where there is one to lead to. */
export function createTitle({ title, channel, watchUrl }: EmbedConfig): HTMLElement {
  const words = [el('strong', {}, title), el('span', {}, channel)]
  if (!watchUrl) return el('div', { class: 'embed-title' }, ...words)
  return el('div', { class: 'embed-title' }, outward(watchUrl, ...words))
}

/** Stands over the last picture. */
export function createEndCard({ watchUrl }: EmbedConfig, replay: () => void): HTMLElement {
  const again = el('button', { type: 'button', class: 'embed-action' }, icon('replay'))
  again.append(english.replay)
  again.addEventListener('click', replay)
  const card = el('div', { class: 'embed-end' }, again)
  if (watchUrl) {
    const link = outward(watchUrl, 'Watch on Lantern')
    link.classList.add('embed-link')
    card.append(link)
  }
  card.hidden = true
  return card
}

const outward = (href: string, ...children: (Node | string)[]) =>
  el('a', { href, target: '_blank', rel: 'noopener' }, ...children)
