import type { Captions } from './captions.ts'
import type { Controls } from './controls.ts'
import type { createEvents } from './events.ts'
import type { createHelp } from './help.ts'
import type { Idle } from './idle.ts'
import { toCommand, toFocus, type Command } from './keys.ts'
import type { Menu } from './menu.ts'
import type { Playback } from './playback.ts'
import { prefs } from './prefs.ts'
import { rates } from './settings.ts'
import type { Stats } from './stats.ts'
import type { PlayerEvents } from './types.ts'
import type { View } from './view.ts'

interface CommandOptions {
  view: View
  playback: Playback
  controls: Controls
  captions: Captions
  menu: Menu
  help: ReturnType<typeof createHelp>
  stats: Stats
  idle: Idle
  events: ReturnType<typeof createEvents<PlayerEvents>>
}

/** Turns key presses into acts. */
export function createCommands(options: CommandOptions) {
  const { view, playback, controls, captions, menu, help, stats, idle, events } = options
  const { root, video, button } = view

  function changeRate(steps: number) {
    const at = rates.indexOf(video.playbackRate)
    const next = (at < 0 ? rates.indexOf(1) : at) + steps
    playback.setRate(rates[Math.min(rates.length - 1, Math.max(0, next))] ?? 1)
    view.status.textContent = `${view.labels.speed} ${video.playbackRate}×`
  }
  function run(command: Command): void {
    switch (command.do) {
      case 'toggle':
        return controls.toggle()
      case 'mute':
        return void controls.mute()
      case 'captions':
        return button.captions.hidden ? undefined : captions.toggle()
      case 'fullscreen':
        return controls.fullscreen()
      case 'pip':
        return controls.pip()
      case 'help':
        return help.open()
      case 'stats':
        return stats.toggle()
      case 'escape':
        return menu.close()
      case 'theatre':
      case 'next':
      case 'previous':
        return events.emit(command.do, undefined)
      case 'seekBy':
        return playback.seekBy(command.ms)
      case 'seekTo':
        return playback.seekToShare(command.fraction)
      case 'step':
        return playback.step(command.frames)
      case 'volume':
        return controls.setVolume((video.muted ? 0 : video.volume) + command.by)
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
