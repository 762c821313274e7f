import { captionAgain, type CaptionChoice, findCaption } from './caption-choice.ts'
import { createCaptionStyle } from './caption-style.ts'
import { el, type Listen } from './dom.ts'
import { prefs } from './prefs.ts'
import type { Caption } from './types.ts'
import type { View } from './view.ts'

export type Captions = ReturnType<typeof createCaptions>

/**
 * Draws cues itself: native ones hide under the bar and look different in each browser. Tracks stay
 * `hidden`, so that cues load and fire without being painted.
 */
export function createCaptions(view: View, listen: Listen) {
  const { video, cues, labels } = view
  const style = createCaptionStyle(cues)
  const button = view.button.captions
  const elements = () => [...video.querySelectorAll('track')]
  const tracks = () => elements().map((element) => element.track)
  let shown: TextTrack | undefined
  let last: CaptionChoice | undefined
  /** Stands for a cue while its looks are chosen and nobody speaks. */
  let hasSample = false

  function draw() {
    const active = [...(shown?.activeCues ?? [])] as VTTCue[]
    const texts = active.map((cue) => cue.getCueAsHTML())
    const lines = texts.length === 0 && hasSample ? [labels.captionSample] : texts
    cues.replaceChildren(...lines.map((line) => el('p', { class: 'vp-cue' }, el('span', {}, line))))
  }
  function show(track: TextTrack | undefined) {
    shown?.removeEventListener('cuechange', draw)
    shown = track
    if (track) last = { language: track.language, label: track.label }
    for (const one of tracks()) one.mode = one === track ? 'hidden' : 'disabled'
    track?.addEventListener('cuechange', draw)
    button.setAttribute('aria-pressed', String(track !== undefined))
    draw()
  }
  function choose(track: TextTrack | undefined) {
    show(track)
    prefs.setCaption(track)
  }
  function toggle() {
    choose(shown ? undefined : captionAgain(tracks(), last, navigator.language))
  }

  /** `toUrl` puts the token of the moment into an address. */
  function load(list: Caption[], toUrl: (url: string) => string) {
    show(undefined)
    for (const old of elements()) old.remove()
    for (const { language, label, url } of list) {
      const about = { kind: 'captions', srclang: language, label, src: toUrl(url) }
      video.append(el('track', about))
    }
    button.hidden = list.length === 0
    const wanted = prefs.caption()
    show(wanted && findCaption(tracks(), wanted))
  }

  listen(button, 'click', toggle)
  return {
    tracks,
    shown: () => shown,
    /** Without keeping it as the viewer's choice. */
    show,
    choose,
    toggle,
    style,
    setSample(isOn: boolean) {
      if (isOn === hasSample) return
      hasSample = isOn
      view.root.classList.toggle('is-sampling', isOn)
      draw()
    },
    load,
    /** They come when a film is converted, maybe while it plays. */
    refresh(list: Caption[], toUrl: (url: string) => string) {
      const known = tracks().map(({ language, label }) => `${language} ${label}`)
      const now = list.map(({ language, label }) => `${language} ${label}`)
      if (known.join() !== now.join()) load(list, toUrl)
    },
  }
}
