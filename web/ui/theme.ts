import { createRoot, createSignal } from 'solid-js'

export type Theme = 'light' | 'dark' | 'system'
const key = 'lantern-theme' // also read by public/theme.js

const prefersDark = matchMedia('(prefers-color-scheme: dark)')

function stored(): Theme {
  try {
    const value = localStorage.getItem(key)
    return value === 'light' || value === 'dark' ? value : 'system'
  } catch {
    return 'system'
  }
}

const [choice, setChoice] = createRoot(() => createSignal<Theme>(stored()))
export const themeChoice = choice

/** A page that is dark whatever was chosen. */
let isDarkPage = false

export function setDarkPage(isOn: boolean): void {
  isDarkPage = isOn
  apply()
}

function apply() {
  const isChosen = choice() === 'dark' || (choice() === 'system' && prefersDark.matches)
  const isDark = isDarkPage || isChosen
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light'
  const colour = isDark ? '#0E1413' : '#F5F3EC'
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', colour)
}

export function chooseTheme(theme: Theme): void {
  setChoice(theme)
  apply()
  try {
    if (theme === 'system') localStorage.removeItem(key)
    else localStorage.setItem(key, theme)
  } catch {
    // The choice then lasts as long as the page.
  }
}

prefersDark.addEventListener('change', apply)
addEventListener('storage', (event) => {
  if (event.key !== key) return
  setChoice(stored())
  apply()
})
