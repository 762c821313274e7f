import { createCaptionMenu } from './caption-menu.ts'
import type { Captions } from './captions.ts'
import { toClock } from './clock.ts'
import type { Engine, Level } from './engine.ts'
import type { Labels } from './labels.ts'
import type { Item, Menu } from './menu.ts'
import { prefs } from './prefs.ts'
import { rates } from './rates.ts'
import { type Timeline, findChapter } from './timeline.ts'

interface SettingsOptions {
  video: HTMLVideoElement
  labels: Labels
  menu: Menu
  captions: Captions
  engine: () => Engine | undefined
  setRate: (rate: number) => void
  showKeys: () => void
  showStats: () => void
  timeline: Timeline
  seekTo: (ms: number) => void
}

/** The lists behind the gear: quality, sound, speed, captions, keys. */
export function createSettings(options: SettingsOptions) {
  const { video, labels, menu, captions, engine } = options
  const toRate = (rate: number) => (rate === 1 ? labels.normal : `${rate}×`)

  /** The lines of the open list as they would be now. */
  let lines: () => Item[] = root

  function show(title: string, now: () => Item[]) {
    lines = now
    menu.open(now(), title)
  }
  function openChoices(title: string, choices: () => Item[]) {
    const closing = (choice: Item) => ({ ...choice, run: () => (choice.run(), menu.close()) })
    show(title, () => [{ label: title, isBack: true, run: open }, ...choices().map(closing)])
  }
  const toWords = ({ isOriginal, label }: Level) =>
    isOriginal ? `${labels.original} (${label})` : label

  function autoWords(): string {
    const now = engine()?.picked() ? undefined : engine()?.level()
    return now ? `${labels.auto} (${now.label})` : labels.auto
  }
  function qualities(): Item[] {
    const playing = engine()
    const picked = playing?.picked()
    const levels = playing?.levels() ?? []
    return [
      { label: autoWords(), isChecked: !picked, run: () => engine()?.pick(undefined) },
      ...levels.map((level) => ({
        label: toWords(level),
        isChecked: picked?.id === level.id,
        run: () => engine()?.pick(level.id),
      })),
    ]
  }
  function quality(): Item[] {
    if ((engine()?.levels().length ?? 0) < 2) return []
    const picked = engine()?.picked()
    const value = picked ? toWords(picked) : autoWords()
    const run = () => openChoices(labels.quality, qualities)
    return [{ label: labels.quality, value, hasMore: true, run }]
  }
  function speed(): Item {
    const choices = () =>
      rates.map((rate) => ({
        label: toRate(rate),
        isChecked: video.playbackRate === rate,
        run: () => options.setRate(rate),
      }))
    const run = () => openChoices(labels.speed, choices)
    return { label: labels.speed, value: toRate(video.playbackRate), hasMore: true, run }
  }
  function sounds(): Item[] {
    const playing = engine()
    const heard = playing?.sound()
    return (playing?.sounds() ?? []).map(({ id, label }) => ({
      label,
      isChecked: heard?.id === id,
      run: () => engine()?.pickSound(id),
    }))
  }
  function sound(): Item[] {
    if ((engine()?.sounds().length ?? 0) < 2) return []
    const value = engine()?.sound()?.label ?? ''
    const run = () => openChoices(labels.audio, sounds)
    return [{ label: labels.audio, value, hasMore: true, run }]
  }
  function captionLines(): Item[] {
    if (captions.tracks().length === 0) return []
    const shown = captions.shown()
    const value = shown?.label ?? labels.off
    return [{ label: labels.captions, value, hasMore: true, run: captionMenu.open }]
  }
  function chapters(): Item[] {
    const { timeline, seekTo } = options
    if (timeline.chapters().length === 0) return []
    const now = findChapter(timeline.chapters(), timeline.positionMs())
    const choices = () =>
      timeline.chapters().map((chapter) => ({
        label: chapter.title,
        value: toClock(Math.max(0, chapter.startMs - timeline.part().startMs)),
        isChecked: chapter === now,
        run: () => seekTo(chapter.startMs),
      }))
    return [
      {
        label: labels.chapters,
        value: now?.title ?? '',
        hasMore: true,
        run: () => openChoices(labels.chapters, choices),
      },
    ]
  }
  function places(): Item {
    const run = () => (prefs.setRemembersPlaces(!prefs.remembersPlaces()), repaint())
    return { label: labels.places, isOn: prefs.remembersPlaces(), run }
  }
  function root(): Item[] {
    const value = prefs.hasPageKeys() ? '?' : labels.inPlayerOnly
    const keys = { label: labels.keys, value, run: () => (menu.close(), options.showKeys()) }
    const run = () => (menu.close(), options.showStats())
    const stats = { label: labels.stats, value: '⇧ D', run }
    const film = [...quality(), ...sound(), speed(), ...captionLines(), ...chapters()]
    return [...film, places(), keys, stats]
  }
  const open = () => show(labels.settings, root)
  const captionMenu = createCaptionMenu({ labels, captions, show, close: menu.close, back: open })
  /** What can be chosen, or what plays, has changed. */
  function repaint() {
    if (menu.isOpen()) menu.repaint(lines())
  }
  return { open, repaint }
}
