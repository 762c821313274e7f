import type { Captions } from './captions.ts'
import type { Controls } from './controls.ts'
import type { createEvents } from './events.ts'
import type { Idle } from './idle.ts'
import { toCommand, toFocus, type Command } from './keys.ts'
import type { Menu } from './menu.ts'
import type { Playback } from './playback.ts'
import { prefs } from './prefs.ts'
import { rates } from './rates.ts'
import type { PlayerEvents } from './types.ts'
import { toClock } from './clock.ts'
import type { Voice } from './voice.ts'
import type { View } from './view.ts'

interface CommandOptions {
  view: View
  playback: Playback
  controls: Controls
  captions: Captions
  menu: Menu
  showKeys: () => void
  toggleStats: () => void
  idle: Idle
  voice: Voice
  positionMs: () => number
  events: ReturnType<typeof createEvents<PlayerEvents>>
}

/** Turns key presses into acts. */
export function createCommands(options: CommandOptions) {
  const { view, playback, controls, captions, menu, idle, events, voice } = options
  const { root, video, button, labels } = view

  function changeRate(steps: number) {
    const at = rates.indexOf(video.playbackRate)
    const next = (at < 0 ? rates.indexOf(1) : at) + steps
    playback.setRate(rates[Math.min(rates.length - 1, Math.max(0, next))] ?? 1)
    voice.say(`${labels.speed} ${video.playbackRate}×`)
    voice.show(`${video.playbackRate}×`)
  }
  /** The slider tells its own place where it has the focus. */
  function tellPlace() {
    if (!document.activeElement?.matches('.vp-seek')) voice.say(toClock(options.positionMs()))
  }
  function tellVolume() {
    const percent = `${Math.round(video.volume * 100)} %`
    voice.tell(video.muted ? labels.muted : `${labels.volume} ${percent}`)
  }
  function toggleCaptions() {
    if (button.captions.hidden) return
    captions.toggle()
    voice.tell(captions.shown()?.label ?? labels.captionsOff)
  }
  function run(command: Command): void {
    switch (command.do) {
      case 'toggle':
        return controls.toggle()
      case 'mute':
        controls.mute()
        return tellVolume()
      case 'captions':
        return toggleCaptions()
      case 'fullscreen':
        return controls.fullscreen()
      case 'pip':
        return controls.pip()
      case 'help':
        return options.showKeys()
      case 'stats':
        return options.toggleStats()
      case 'escape':
        return menu.close()
      case 'theatre':
      case 'next':
      case 'previous':
        return events.emit(command.do, undefined)
      case 'seekBy':
        playback.seekBy(command.ms)
        return tellPlace()
      case 'seekTo':
        playback.seekToShare(command.fraction)
        return tellPlace()
      case 'step':
        playback.step(command.frames)
        return tellPlace()
      case 'volume':
        controls.setVolume((video.muted ? 0 : video.volume) + command.by)
        return tellVolume()
      case 'rate':
        return changeRate(command.steps)
    }
  }
  function key(event: KeyboardEvent) {
    if (event.defaultPrevented || event.isComposing || root.querySelector('.vp-help')) return
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey
    const focus = toFocus(event.target, root)
    const command = toCommand({ key: event.key, hasModifier, focus })
    if (!command || (command.do === 'escape' && !menu.isOpen())) return
    event.preventDefault()
    run(command)
    idle.wake()
  }
  return {
    key,
    pageKey(event: KeyboardEvent) {
      if (prefs.hasPageKeys()) key(event)
    },
  }
}
