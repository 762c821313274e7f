import { secondsAhead } from './buffer.ts'
import { copyText } from './copy.ts'
import { el } from './dom.ts'
import type { Engine, Facts } from './engine.ts'
import type { View } from './view.ts'

const REPAINT_MS = 500

interface StatsOptions {
  view: View
  engine: () => Engine | undefined
  playId: () => string | undefined
}

export type Stats = ReturnType<typeof createStats>

/** What plays and how, in numbers, for whoever asks or is asked: a small table over the film. */
export function createStats({ view, engine, playId }: StatsOptions) {
  const { root, labels } = view
  let timer: ReturnType<typeof setInterval> | undefined
  let panel: HTMLElement | undefined
  let list: HTMLElement | undefined

  const lines = () => describe(view, engine(), playId())
  function paint() {
    list?.replaceChildren(
      ...lines().map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))),
    )
  }
  function open() {
    list = el('dl', {})
    const copy = el('button', { type: 'button', class: 'vp-copy' }, labels.copy)
    copy.addEventListener('click', () => {
      const text = lines().map(([name, value]) => `${name}: ${value}`)
      void copyText(text.join('\n')).then(() => (copy.textContent = labels.copied))
    })
    const end = el('button', { type: 'button', class: 'vp-copy' }, labels.close)
    end.addEventListener('click', close)
    const buttons = el('div', { class: 'vp-stats-buttons' }, copy, end)
    panel = el('section', { class: 'vp-stats', 'aria-label': labels.stats }, list, buttons)
    root.append(panel)
    paint()
    timer = setInterval(paint, REPAINT_MS)
  }
  function close() {
    clearInterval(timer)
    const hadFocus = panel?.contains(document.activeElement)
    panel?.remove()
    panel = list = undefined
    if (hadFocus) view.button.settings.focus()
  }
  return {
    toggle: () => (panel ? close() : open()),
    destroy: close,
  }
}

function describe(
  { video, labels }: View,
  engine: Engine | undefined,
  playId: string | undefined,
): [name: string, value: string][] {
  const level = engine?.level()
  const facts = engine?.facts()
  const frames = video.getVideoPlaybackQuality?.()
  const { width, height } = video.getBoundingClientRect()
  const words = labels.statLines
  const all: [string, string | undefined][] = [
    [words.picture, video.videoWidth ? `${video.videoWidth} × ${video.videoHeight}` : undefined],
    [
      words.frame,
      `${Math.round(width * devicePixelRatio)} × ${Math.round(height * devicePixelRatio)}`,
    ],
    [words.rendition, level && `${level.label}, ${toMbit(level.bitsPerSecond)}`],
    [words.codecs, facts?.codecs.join(', ')],
    [words.buffer, `${secondsAhead(video).toFixed(1)} s`],
    [words.network, facts && toMbit(facts.networkBitsPerSecond)],
    [words.segments, facts && toWords(facts.segments)],
    [words.dropped, frames && `${frames.droppedVideoFrames} / ${frames.totalVideoFrames}`],
    [words.play, playId],
  ]
  return all.filter((line): line is [string, string] => Boolean(line[1]))
}

const toMbit = (bitsPerSecond: number) => `${(bitsPerSecond / 1e6).toFixed(2)} Mbit/s`

const toWords = (segments: Facts['segments']) =>
  segments.map(({ ms, sizeBytes }) => `${ms} ms (${Math.ceil(sizeBytes / 1000)} kB)`).join(', ')
