import type { Captions } from './captions.ts'
import type { Engine } from './engine.ts'
import type { Labels } from './labels.ts'
import type { Item, Menu } from './menu.ts'

export const rates = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]

interface SettingsOptions {
  video: HTMLVideoElement
  labels: Labels
  menu: Menu
  captions: Captions
  engine: () => Engine | undefined
  setRate: (rate: number) => void
  showKeys: () => void
}

/** The lists behind the gear: quality, speed, captions, keys. */
export function createSettings(options: SettingsOptions) {
  const { video, labels, menu, captions, engine } = options
  const toRate = (rate: number) => (rate === 1 ? labels.normal : `${rate}×`)

  function openChoices(title: string, choices: Item[]) {
    const closing = choices.map((choice) => ({
      ...choice,
      run: () => (choice.run(), menu.close()),
    }))
    menu.open([{ label: title, isBack: true, run: open }, ...closing], title)
  }
  function quality(): Item[] {
    const playing = engine()
    const levels = playing?.levels() ?? []
    if (!playing || levels.length < 2) return []
    const [now, picked] = [playing.level(), playing.picked()]
    const auto = now && !picked ? `${labels.auto} (${now.label})` : labels.auto
    const choices = [
      { label: auto, isChecked: !picked, run: () => playing.pick(undefined) },
      ...levels.map(({ id, label }) => ({
        label,
        isChecked: picked?.id === id,
        run: () => playing.pick(id),
      })),
    ]
    const run = () => openChoices(labels.quality, choices)
    return [{ label: labels.quality, value: picked?.label ?? auto, hasMore: true, run }]
  }
  function speed(): Item {
    const choices = rates.map((rate) => ({
      label: toRate(rate),
      isChecked: video.playbackRate === rate,
      run: () => options.setRate(rate),
    }))
    const run = () => openChoices(labels.speed, choices)
    return { label: labels.speed, value: toRate(video.playbackRate), hasMore: true, run }
  }
  function captionLines(): Item[] {
    const tracks = captions.tracks()
    if (tracks.length === 0) return []
    const shown = captions.shown()
    const choices = [undefined, ...tracks].map((track) => ({
      label: track?.label ?? labels.off,
      isChecked: track === shown,
      run: () => captions.choose(track),
    }))
    const run = () => openChoices(labels.captions, choices)
    return [{ label: labels.captions, value: shown?.label ?? labels.off, hasMore: true, run }]
  }
  function open() {
    const keys = { label: labels.keys, value: '?', run: () => (menu.close(), options.showKeys()) }
    menu.open([...quality(), speed(), ...captionLines(), keys], labels.settings)
  }
  return { open }
}
