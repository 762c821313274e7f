import { toClock } from './clock.ts'
import { el, type Listen } from './dom.ts'
import type { Part } from './part.ts'
import { fetchStoryboard, findTile, type Tile } from './storyboard.ts'
import { findChapter } from './timeline.ts'
import type { Source } from './types.ts'
import type { View } from './view.ts'

const MAX_WIDTH_PX = 178

/** The picture, chapter and time above the pointer on the timeline. */
export function createPreview(view: View, listen: Listen, part: () => Part) {
  const { root, track } = view
  const picture = el('div', { class: 'vp-tile' })
  const frame = el('div', { class: 'vp-tile-frame' }, picture)
  const text = el('div', { class: 'vp-tip-text' })
  const tip = el('div', { class: 'vp-tip', 'aria-hidden': 'true' }, frame, text)
  track.append(tip)
  let source: Source | undefined
  let toUrl: (url: string) => string
  let tiles: Promise<Tile[]> | undefined
  let ready: Tile[] = []

  /** Fetched on the first touch of the timeline; a failed fetch is tried at the next. */
  function fetchTiles(url: string) {
    const wanted = source
    tiles ??= fetchStoryboard(url, toUrl(url))
    tiles.then(
      (list) => wanted === source && (ready = list),
      () => wanted === source && (tiles = undefined),
    )
  }
  function drawTile(tile: Tile | undefined) {
    frame.hidden = tile === undefined
    if (!tile) return 0
    const maxHeightPx = root.clientHeight * 0.42
    const scale = Math.min(MAX_WIDTH_PX / tile.widthPx, maxHeightPx / tile.heightPx)
    frame.style.width = `${tile.widthPx * scale}px`
    frame.style.height = `${tile.heightPx * scale}px`
    Object.assign(picture.style, {
      width: `${tile.widthPx}px`,
      height: `${tile.heightPx}px`,
      scale: String(scale),
      backgroundImage: `url("${toUrl(tile.url)}")`,
      backgroundPosition: `-${tile.xPx}px -${tile.yPx}px`,
    })
    return tile.widthPx * scale
  }
  function show(clientX: number) {
    const box = track.getBoundingClientRect()
    const share = Math.min(1, Math.max(0, (clientX - box.left) / box.width))
    const { startMs, endMs } = part()
    const shownMs = share * (endMs - startMs)
    const ms = startMs + shownMs
    if (source?.storyboardUrl) fetchTiles(source.storyboardUrl)
    const widthPx = drawTile(findTile(ready, ms))
    const title = findChapter(source?.chapters, ms)?.title
    text.textContent = title ? `${title} · ${toClock(shownMs)}` : toClock(shownMs)
    const half = Math.max(widthPx, text.offsetWidth) / 2 + 2
    tip.style.left = `${Math.min(box.width - half, Math.max(half, share * box.width))}px`
    root.classList.add('is-previewing')
  }
  const hide = () => root.classList.remove('is-previewing')

  listen(track, 'pointermove pointerdown', (event) => show((event as PointerEvent).clientX))
  listen(track, 'pointerleave pointercancel', hide)
  listen(track, 'pointerup', (event) => {
    if ((event as PointerEvent).pointerType !== 'mouse') hide()
  })
  return {
    refresh(next: Source) {
      if (next.storyboardUrl !== source?.storyboardUrl) tiles = undefined
      source = next
    },
    load(next: Source, urlOf: (url: string) => string) {
      source = next
      toUrl = urlOf
      tiles = undefined
      ready = []
      hide()
    },
  }
}
