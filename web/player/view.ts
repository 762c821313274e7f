import { el, iconButton } from './dom.ts'
import { icon } from './icons.ts'
import type { Labels } from './labels.ts'

export type View = ReturnType<typeof createView>

/** The player's elements, in the order of the tab key; no behaviour. */
export function createView(root: HTMLElement, labels: Labels) {
  const video = el('video', { class: 'vp-video', playsinline: '', crossorigin: 'anonymous' })
  video.preload = 'metadata'
  const soundTitle = el('p', { class: 'vp-sound-title' })
  const soundPicture = el('img', { class: 'vp-sound-picture', alt: '' })
  const sound = el('div', { class: 'vp-sound' }, icon('sound'), soundTitle)
  sound.append(el('p', { class: 'vp-sound-note' }, labels.soundOnly))
  const cues = el('div', { class: 'vp-cues' })
  const pulse = el('div', { class: 'vp-pulse', 'aria-hidden': 'true' })
  // For the pointer alone: the keyboard and screen readers have the button in the bar.
  const bigPlay = iconButton('play', labels.play, 'vp-big')
  bigPlay.tabIndex = -1
  bigPlay.setAttribute('aria-hidden', 'true')
  const spinner = el('div', { class: 'vp-spinner', 'aria-hidden': 'true' })
  const status = el('div', { class: 'vp-status vp-hidden', role: 'status' })
  const failure = el('div', { class: 'vp-failure', role: 'alert' })
  const menu = el('div', { class: 'vp-menu', role: 'menu', 'aria-label': labels.settings })
  menu.hidden = failure.hidden = sound.hidden = true

  const progress = el('div', { class: 'vp-progress', 'aria-hidden': 'true' })
  const track = el('div', { class: 'vp-track' }, progress)
  const button = {
    play: iconButton('play', labels.play),
    next: iconButton('next', labels.next, 'vp-more'),
    mute: iconButton('loud', labels.mute, 'vp-more'),
    captions: iconButton('captions', labels.captions, 'vp-more'),
    settings: iconButton('settings', labels.settings, 'vp-more'),
    pip: iconButton('pip', labels.pip, 'vp-pip'),
    theatre: iconButton('theatre', labels.theatre, 'vp-theatre'),
    fullscreen: iconButton('fullscreen', labels.fullscreen),
  }
  button.captions.setAttribute('aria-pressed', 'false')
  button.settings.setAttribute('aria-haspopup', 'menu')
  button.settings.setAttribute('aria-expanded', 'false')
  const range = { type: 'range', min: '0', max: '1', step: '0.05' }
  const volume = el('input', { ...range, class: 'vp-volume', 'aria-label': labels.volume })
  const time = el('span', { class: 'vp-time' })
  const chapter = el('span', { class: 'vp-chapter' })
  chapter.hidden = true
  const row = el('div', { class: 'vp-row' })
  row.append(button.play, button.next, button.mute, volume, time, chapter)
  row.append(el('span', { class: 'vp-gap' }), button.captions, button.settings)
  row.append(button.pip, button.theatre, button.fullscreen)
  const bar = el('div', { class: 'vp-bar' }, track, row)

  root.classList.add('vp')
  root.setAttribute('role', 'region')
  root.setAttribute('aria-label', labels.player)
  root.replaceChildren(video, sound, cues, pulse, bigPlay, spinner, status, bar, menu, failure)
  const parts = { video, cues, pulse, bigPlay, spinner, status, failure, menu }
  const heard = { sound, soundTitle, soundPicture }
  return { root, labels, ...parts, ...heard, bar, track, progress, button, volume, time, chapter }
}
