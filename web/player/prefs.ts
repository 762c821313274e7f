import type { SoundChoice } from './sound.ts'

const PREFIX = 'lantern.player.'
const MAX_RESUME_POINTS = 60

/** Storage may be shut (third-party frames, private windows): then nothing is remembered. */
function read(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name)
  } catch {
    return null
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value)
  } catch {
    // As above.
  }
}

/** Of this page alone, until its viewer chooses. */
let wishedSound: SoundChoice | undefined
/** Undefined for none, or for what somebody else wrote there. */
function readJson<T>(name: string): T | undefined {
  try {
    return (JSON.parse(read(name) ?? 'null') as T | null) ?? undefined
  } catch {
    return undefined
  }
}

export const prefs = {
  volume: () => Math.min(1, Math.max(0, Number(read('volume') ?? 1) || 0)),
  isMuted: () => read('muted') === 'yes',
  setVolume(volume: number, isMuted: boolean) {
    write('volume', String(volume))
    write('muted', isMuted ? 'yes' : 'no')
  },
  /** Undefined: captions are off. */
  caption() {
    const language = read('captions')
    return language ? { language, label: read('caption-label') ?? '' } : undefined
  },
  setCaption(track: { language: string; label: string } | undefined) {
    write('captions', track?.language ?? '')
    write('caption-label', track?.label ?? '')
  },
  /** Undefined: each film decides. */
  sound(): SoundChoice | undefined {
    if (wishedSound) return wishedSound
    const { label, language, isSurround = false } = readJson<Partial<SoundChoice>>('sound') ?? {}
    return typeof language === 'string' && typeof label === 'string'
      ? { label, language, isSurround }
      : undefined
  },
  wishSound(choice: SoundChoice) {
    wishedSound = choice
  },
  setSound({ label, language, isSurround }: SoundChoice) {
    wishedSound = undefined
    write('sound', JSON.stringify({ label, language, isSurround }))
  },
  captionStyle(): Record<string, string> {
    return readJson<Record<string, string>>('caption-style') ?? {}
  },
  setCaptionStyle: (style: Record<string, string>) => write('caption-style', JSON.stringify(style)),
  /** The network's pace when a film last ended; without one, that of a slow line. */
  bitsPerSecond: () => Number(read('pace')) || 2_000_000,
  setBitsPerSecond(pace: number) {
    if (Number.isFinite(pace)) write('pace', String(Math.round(pace)))
  },
  remembersPlaces: () => read('places') !== 'off',
  /** Off: what was kept is forgotten too. */
  setRemembersPlaces(isOn: boolean) {
    write('places', isOn ? 'on' : 'off')
    if (!isOn) write('resume', '[]')
  },
  hasPageKeys: () => read('page-keys') !== 'off',
  setPageKeys: (isOn: boolean) => write('page-keys', isOn ? 'on' : 'off'),
}

type Points = [id: string, positionMs: number][]

function readPoints(): Points {
  const points = readJson<unknown>('resume')
  return Array.isArray(points) ? (points as Points) : []
}

/** Where to go on in a film seen before; undefined for none. */
export const findResumePoint = (id: string): number | undefined =>
  readPoints().find(([known]) => known === id)?.[1]

/** Keeps the place, but not within the first 10 s or the last 5 % of the film. */
export function saveResumePoint(id: string, positionMs: number, durationMs: number): void {
  if (!prefs.remembersPlaces()) return
  const others = readPoints().filter(([known]) => known !== id)
  const isWorthIt = positionMs > 10_000 && positionMs < durationMs * 0.95
  const points = isWorthIt ? [[id, Math.round(positionMs)] as Points[number], ...others] : others
  write('resume', JSON.stringify(points.slice(0, MAX_RESUME_POINTS)))
}
