import { el, type Listen } from './dom.ts'
import { icon } from './icons.ts'
import type { View } from './view.ts'

export interface Item {
  label: string
  /** The present choice, shown at the end of the line. */
  value?: string
  /** Set: one of a group of choices. */
  isChecked?: boolean
  /** Set: a switch. */
  isOn?: boolean
  /** Leads to another list. */
  hasMore?: boolean
  isBack?: boolean
  run: () => void
}

interface MenuActs {
  onOpen: () => void
  onClose: () => void
}

export type Menu = ReturnType<typeof createMenu>

/** A menu after https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/; lists replace each other. */
export function createMenu(view: View, listen: Listen, acts: MenuActs) {
  const { menu } = view
  const opener = view.button.settings
  const lines = () => [...menu.querySelectorAll<HTMLElement>('[role^=menuitem]')]

  function open(items: Item[], label: string) {
    menu.setAttribute('aria-label', label)
    menu.replaceChildren(...items.map(toLine))
    menu.hidden = false
    opener.setAttribute('aria-expanded', 'true')
    const checked = menu.querySelector<HTMLElement>('[role=menuitemradio][aria-checked=true]')
    ;(checked ?? lines()[0])?.focus({ preventScroll: true })
    checked?.scrollIntoView({ block: 'nearest' })
    acts.onOpen()
  }
  /** Other lines in the open list; the focus stays on the line of the same words. */
  function repaint(items: Item[]) {
    const at = lines().find((line) => line === document.activeElement)?.dataset.words
    menu.replaceChildren(...items.map(toLine))
    const same = at === undefined ? undefined : lines().find((line) => line.dataset.words === at)
    ;(same ?? (at === undefined ? undefined : lines()[0]))?.focus({ preventScroll: true })
  }
  function close(takesFocus = true) {
    if (menu.hidden) return
    menu.hidden = true
    opener.setAttribute('aria-expanded', 'false')
    acts.onClose()
    if (takesFocus) opener.focus()
  }
  function onKey(event: KeyboardEvent) {
    const all = lines()
    const at = all.indexOf(document.activeElement as HTMLElement)
    const go = (index: number) => all.at(index % all.length)?.focus()
    const back = menu.querySelector<HTMLElement>('.vp-back')
    const moves: Record<string, () => void> = {
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at - 1),
      Home: () => go(0),
      End: () => go(-1),
      ArrowLeft: () => back?.click(),
      ArrowRight: () => all[at]?.hasAttribute('aria-haspopup') && all[at].click(),
      Escape: () => close(),
      Tab: () => close(),
    }
    const move = moves[event.key]
    if (!move) return
    move()
    event.preventDefault()
    event.stopPropagation()
  }

  listen(menu, 'keydown', (event) => onKey(event as KeyboardEvent))
  listen(document, 'pointerdown', ({ target }) => {
    if (target instanceof Node && !menu.contains(target) && !opener.contains(target)) close(false)
  })
  return { open, repaint, close, isOpen: () => !menu.hidden }
}

function toLine(item: Item): HTMLElement {
  const isChoice = item.isChecked !== undefined
  const isSwitch = item.isOn !== undefined
  const role = isChoice ? 'menuitemradio' : isSwitch ? 'menuitemcheckbox' : 'menuitem'
  const className = item.isBack ? 'vp-line vp-back' : 'vp-line'
  const line = el('button', { type: 'button', role, class: className, tabindex: '-1' })
  if (isChoice) line.setAttribute('aria-checked', String(item.isChecked))
  if (isSwitch) line.setAttribute('aria-checked', String(item.isOn))
  if (item.hasMore) line.setAttribute('aria-haspopup', 'menu')
  if (item.isBack) line.append(icon('back'))
  if (isChoice) line.append(item.isChecked ? icon('check') : el('span', { class: 'vp-icon' }))
  line.dataset.words = item.label
  line.append(el('span', {}, item.label))
  if (item.value !== undefined) line.append(el('span', { class: 'vp-value' }, item.value))
  if (item.hasMore) line.append(icon('forward'))
  if (isSwitch) line.append(el('span', { class: 'vp-switch', 'aria-hidden': 'true' }))
  line.addEventListener('click', item.run)
  return line
}
