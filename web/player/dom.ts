import { icon, type IconName } from './icons.ts'

/** A new element with a class and attributes; children are nodes or text, never markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

export function iconButton(name: IconName, label: string, className = ''): HTMLButtonElement {
  const attributes = { type: 'button', class: `vp-button ${className}`.trim() }
  const button = el('button', attributes, icon(name))
  setLabel(button, label)
  return button
}

/** Changes a button's picture and name only where they differ, so that a screen reader stays calm. */
export function setFace(button: HTMLElement, name: IconName, label: string): void {
  if (button.getAttribute('aria-label') === label) return
  button.replaceChildren(icon(name))
  setLabel(button, label)
}

function setLabel(button: HTMLElement, label: string) {
  button.setAttribute('aria-label', label)
  button.title = label
}

export type Listen = (target: EventTarget, names: string, run: (event: Event) => void) => void

/** Listeners that all end with one signal; `names` are parted by spaces. */
export function listener(signal: AbortSignal): Listen {
  return (target, names, run) => {
    for (const name of names.split(' ')) target.addEventListener(name, run, { signal })
  }
}
