import { el } from './dom.ts'
import { prefs } from './prefs.ts'
import type { View } from './view.ts'

/** The list behind `?`: what each key does. */
const englishKeys: [keys: string[], meaning: string][] = [
  [['Space', 'K'], 'Play or pause'],
  [['J', 'L'], '10 seconds back or on'],
  [['←', '→'], '5 seconds back or on'],
  [['0', '…', '9'], 'To 0 % … 90 % of the video'],
  [['Home', 'End'], 'To the start or the end'],
  [[',', '.'], 'One frame back or on'],
  [['<', '>'], 'Slower or faster'],
  [['↑', '↓'], 'Louder or quieter (in the player)'],
  [['M'], 'Sound on or off'],
  [['C'], 'Captions'],
  [['F'], 'Full screen'],
  [['I'], 'Picture in picture'],
  [['T'], 'Wide view'],
  [['N', 'P'], 'Next or previous video'],
  [['Shift', 'D'], 'Technical details'],
  [['Esc'], 'Close a menu'],
  [['?'], 'This list'],
]

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
