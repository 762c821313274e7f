export type Command =
  | {
      do:
        | 'toggle'
        | 'mute'
        | 'captions'
        | 'fullscreen'
        | 'pip'
        | 'theatre'
        | 'help'
        | 'stats'
        | 'escape'
    }
  | { do: 'next' | 'previous' }
  | { do: 'seekBy'; ms: number }
  | { do: 'seekTo'; fraction: number }
  | { do: 'step'; frames: number }
  | { do: 'volume'; by: number }
  | { do: 'rate'; steps: number }

/** Where the keyboard stands: in the player, on a control elsewhere, or nowhere in particular. */
export type Focus = 'page' | 'control' | 'player' | 'player-button' | 'volume' | 'text'

export interface Press {
  key: string
  hasModifier: boolean
  focus: Focus
}

const table = (entries: Record<string, Command>) => new Map(Object.entries(entries))

const letters = table({
  k: { do: 'toggle' },
  j: { do: 'seekBy', ms: -10_000 },
  l: { do: 'seekBy', ms: 10_000 },
  m: { do: 'mute' },
  c: { do: 'captions' },
  f: { do: 'fullscreen' },
  i: { do: 'pip' },
  t: { do: 'theatre' },
  n: { do: 'next' },
  p: { do: 'previous' },
  ',': { do: 'step', frames: -1 },
  '.': { do: 'step', frames: 1 },
  '<': { do: 'rate', steps: -1 },
  '>': { do: 'rate', steps: 1 },
  '?': { do: 'help' },
})

const arrows = table({
  ArrowLeft: { do: 'seekBy', ms: -5000 },
  ArrowRight: { do: 'seekBy', ms: 5000 },
})

const insideOnly = table({
  ArrowUp: { do: 'volume', by: 0.05 },
  ArrowDown: { do: 'volume', by: -0.05 },
  Home: { do: 'seekTo', fraction: 0 },
  End: { do: 'seekTo', fraction: 1 },
  Escape: { do: 'escape' },
})

/** What a key press means to the player; undefined leaves it to the page. */
export function toCommand({ key, hasModifier, focus }: Press): Command | undefined {
  if (hasModifier || focus === 'text') return undefined
  const isInside = focus === 'player' || focus === 'player-button'
  if (key === ' ') return focus === 'player' || focus === 'page' ? { do: 'toggle' } : undefined
  if (arrows.has(key)) return isInside || focus === 'page' ? arrows.get(key) : undefined
  if (insideOnly.has(key)) return isInside ? insideOnly.get(key) : undefined
  if (/^\d$/.test(key)) return { do: 'seekTo', fraction: Number(key) / 10 }
  if (key === 'D') return { do: 'stats' } // with Shift, so that nobody meets it by chance
  return letters.get(key.toLowerCase())
}

/** Names the place of an event's target for `toCommand`. */
export function toFocus(target: EventTarget | null, root: HTMLElement): Focus {
  if (!(target instanceof Element)) return 'page'
  const fields = 'textarea,select,[contenteditable],[role=combobox],input:not([type=range])'
  if (target.closest(fields)) return 'text'
  if (target.matches('.vp-volume')) return 'volume'
  const isButton = target.closest('button,a,summary,[role^=menuitem]') !== null
  if (root.contains(target)) return isButton ? 'player-button' : 'player'
  const widgets = '[role=tab],[role=slider],[role=option],[role^=menuitem],input,audio,video,dialog'
  return isButton || target.closest(widgets) ? 'control' : 'page'
}
