import { el } from './dom.ts'
import { englishKeys } from './labels.ts'
import { prefs } from './prefs.ts'
import type { View } from './view.ts'

/**
 * The list behind `?`, with the switch that WCAG 2.1.4 asks for: switched off, single keys work in
 * the player only.
 */
export function createHelp({ root, labels }: View) {
  function open() {
    const dialog = el('dialog', { class: 'vp-help', 'aria-label': labels.keys })
    const rows = englishKeys.map(([keys, meaning]) => {
      const caps = keys.map((key) => el('kbd', {}, key))
      return el('div', {}, el('dt', {}, ...caps), el('dd', {}, meaning))
    })
    const everywhere = el('input', { type: 'checkbox' })
    everywhere.checked = prefs.hasPageKeys()
    everywhere.addEventListener('change', () => prefs.setPageKeys(everywhere.checked))
    const close = el('button', { type: 'button', class: 'vp-retry' }, labels.close)
    close.addEventListener('click', () => dialog.close())
    const foot = el('div', { class: 'vp-help-foot' })
    foot.append(el('label', {}, everywhere, labels.keysEverywhere), close)
    dialog.append(el('h2', {}, labels.keys), el('dl', {}, ...rows), foot)
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close())
    dialog.addEventListener('close', () => dialog.remove())
    root.append(dialog)
    dialog.showModal()
  }
  return {
    open() {
      if (!root.querySelector('.vp-help')) open()
    },
  }
}
