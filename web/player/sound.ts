/** A sound that a film can be heard with. */
export interface Sound {
  /** Stays the same while a film plays. */
  id: string
  label: string
  language: string
  /** More than stereo. */
  isSurround: boolean
}

/** What a viewer has chosen once, to be found again in other films. */
export type SoundChoice = Pick<Sound, 'label' | 'language' | 'isSurround'>

interface Listed {
  id: string
  name: string
  language?: string | undefined
  /** As `CHANNELS` of a playlist has it: `6`, `6/-/BINAURAL`. */
  channels?: string | undefined
}

const layouts: Record<number, string> = { 1: 'Mono', 2: 'Stereo', 6: '5.1', 8: '7.1' }

/** What a playlist calls a sound of which nothing is known. */
const nameless = /^Audio(?= \d+$|$)/

/**
 * One line a sound. A fuller group repeats what it has no fuller version of, so each address counts
 * once; and a fuller one is called by its channels, for its name is that of the stereo beside it.
 */
export function toSounds(listed: Listed[]): Sound[] {
  const sounds = new Map<string, Sound>()
  for (const { id, name, language = '', channels = '2' } of listed) {
    if (sounds.has(id)) continue
    const count = Number.parseInt(channels, 10) || 2
    const layout = layouts[count] ?? `${count} channels`
    const isSurround = count > 2
    const isNameless = language === '' && nameless.test(name)
    const label = isNameless ? name.replace(nameless, layout) : toLabel(name, isSurround, layout)
    sounds.set(id, { id, label, language, isSurround })
  }
  return [...sounds.values()]
}

const toLabel = (name: string, isSurround: boolean, layout: string): string =>
  isSurround && !name.includes(layout) ? `${name} (${layout})` : name

/** The nearest to a choice of before; undefined where nothing of it is there, so the film decides. */
export function findSound(sounds: Sound[], choice: SoundChoice | undefined): Sound | undefined {
  if (!choice) return undefined
  const same = (...keys: (keyof SoundChoice)[]) =>
    sounds.find((sound) => keys.every((key) => sound[key] === choice[key]))
  return same('language', 'label') ?? same('language', 'isSurround') ?? same('language')
}
