import { prefs } from './prefs.ts'

/** Values of CSS by the names of the choices, the first of each list being the usual one. */
export const captionStyles = {
  size: { '100': '1', '75': '0.75', '125': '1.25', '150': '1.5', '200': '2' },
  colour: { white: '#fff', yellow: '#ffe55c', cyan: '#7fe9ff', green: '#8cff9b', black: '#000' },
  ground: { dark: '#000c', black: '#000', light: '#ffffffd9', none: '#0000' },
  edge: {
    none: 'none',
    outline: edges(['-1px -1px', '1px -1px', '-1px 1px', '1px 1px', '0 0 3px']),
    shadow: edges(['0 2px 3px', '0 1px 8px']),
  },
} as const

export type CaptionPart = keyof typeof captionStyles
export type CaptionStyle = Record<CaptionPart, string>

export const captionParts = Object.keys(captionStyles) as CaptionPart[]
export const choicesOf = (part: CaptionPart): string[] =>
  Object.keys(captionStyles[part]).toSorted(part === 'size' ? (a, b) => +a - +b : () => 0)

/** A dark edge parts light letters from a light picture. */
function edges(places: string[]): string {
  return places.map((place) => `${place} #000`).join(', ')
}

const usual: CaptionStyle = { size: '100', colour: 'white', ground: 'dark', edge: 'none' }

/** What was remembered, with the usual where it names nothing that there is. */
export function readCaptionStyle(stored: Partial<CaptionStyle>): CaptionStyle {
  const known = captionParts.filter((part) => choicesOf(part).includes(stored[part] ?? ''))
  return { ...usual, ...Object.fromEntries(known.map((part) => [part, stored[part]])) }
}

/** How captions look, the same for every film in this browser. */
export function createCaptionStyle(cues: HTMLElement) {
  let style = readCaptionStyle(prefs.captionStyle())

  function paint() {
    for (const part of captionParts) {
      const values: Record<string, string> = captionStyles[part]
      cues.style.setProperty(`--vp-cue-${part}`, values[style[part]] ?? '')
    }
  }
  function set(next: CaptionStyle) {
    style = next
    prefs.setCaptionStyle(style)
    paint()
  }
  paint()
  return {
    get: (part: CaptionPart) => style[part],
    choose: (part: CaptionPart, choice: string) => set({ ...style, [part]: choice }),
    reset: () => set(usual),
    isUsual: () => captionParts.every((part) => style[part] === usual[part]),
  }
}
