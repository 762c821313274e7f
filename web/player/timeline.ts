import { toClock } from './clock.ts'
import { el, type Listen } from './dom.ts'
import { partOf } from './part.ts'
import { createPreview } from './preview.ts'
import type { Chapter, Source } from './types.ts'
import type { View } from './view.ts'

export type Timeline = ReturnType<typeof createTimeline>

/** Progress, buffer, chapters and the seek slider. `onSeek` gets seconds. */
export function createTimeline(view: View, listen: Listen, onSeek: (seconds: number) => void) {
  const { video, track, progress: bar, labels, time, chapter } = view
  const range = { type: 'range', min: '0', max: '1', step: 'any', value: '0' }
  const slider = el('input', { ...range, class: 'vp-seek', 'aria-label': labels.seek })
  track.append(slider)
  const preview = createPreview(view, listen, () => part())
  let source: Source | undefined
  let startMs = 0

  const isLoaded = () => video.readyState >= video.HAVE_METADATA
  const positionMs = () => (isLoaded() ? video.currentTime * 1000 : startMs)
  /** A film that grows has no end of its own in some browsers. */
  function durationMs() {
    const hasEnd = isLoaded() && Number.isFinite(video.duration) && video.duration > 0
    return hasEnd ? video.duration * 1000 : (source?.durationMs ?? 0)
  }

  const part = () => partOf(source?.clip, durationMs())

  /** A part has a timeline of its own, from 0:00 to its end. */
  function paint() {
    const { startMs: from, endMs } = part()
    const [position, duration] = [Math.max(0, positionMs() - from), endMs - from]
    const share = (ms: number) => String(duration > 0 ? Math.min(1, ms / duration) : 0)
    slider.min = String(from / 1000)
    slider.max = String(endMs / 1000)
    if (!slider.matches(':active')) slider.value = String(positionMs() / 1000)
    slider.setAttribute('aria-valuetext', `${toClock(position)} ${labels.of} ${toClock(duration)}`)
    track.style.setProperty('--played', share(position))
    track.style.setProperty('--buffered', share(Math.max(0, bufferedEnd(video) * 1000 - from)))
    time.replaceChildren(toClock(position), el('span', {}, ` / ${toClock(duration)}`))
    const title = findChapter(source?.chapters, positionMs())?.title ?? ''
    chapter.textContent = title
    chapter.hidden = title === ''
  }
  function paintChapters() {
    const { startMs, endMs } = part()
    const share = (ms: number) => (ms - startMs) / (endMs - startMs)
    const starts = (source?.chapters ?? []).map((one) => share(one.startMs))
    bar.style.maskImage = toMask(starts.filter((start) => start > 0 && start < 1))
  }

  listen(video, 'timeupdate seeking seeked progress', paint)
  listen(video, 'durationchange loadedmetadata', () => (paint(), paintChapters()))
  listen(slider, 'input', () => onSeek(Number(slider.value)))
  return {
    paint,
    positionMs,
    durationMs,
    part,
    /** Of the film, or of the part of it that may be seen. */
    chapters() {
      const { startMs, endMs } = part()
      return (source?.chapters ?? []).filter((one) => one.endMs > startMs && one.startMs < endMs)
    },
    slider,
    /** Newer facts of the same film. */
    refresh(next: Source) {
      source = next
      preview.refresh(next)
      paint()
      paintChapters()
    },
    load(next: Source, fromMs: number, toUrl: (url: string) => string) {
      source = next
      startMs = fromMs
      preview.load(next, toUrl)
      paint()
      paintChapters()
    },
  }
}

export const findChapter = (chapters: Chapter[] | undefined, ms: number): Chapter | undefined =>
  chapters?.find((one) => ms >= one.startMs && ms < one.endMs)

/** Seconds up to which the film lies ready without a hole from the playhead on. */
function bufferedEnd({ buffered, currentTime }: HTMLVideoElement): number {
  for (let i = 0; i < buffered.length; i++) {
    const isHere = buffered.start(i) <= currentTime + 0.1 && buffered.end(i) >= currentTime
    if (isHere) return buffered.end(i)
  }
  return 0
}

/** Gaps of 3 px where chapters begin, cut out of the bar so that the picture shows through. */
function toMask(starts: number[]): string {
  if (starts.length === 0) return 'none'
  const stops = starts.flatMap((start) => {
    const [from, to] = [`calc(${start * 100}% - 1.5px)`, `calc(${start * 100}% + 1.5px)`]
    return [`#000 ${from}`, `#0000 ${from}`, `#0000 ${to}`, `#000 ${to}`]
  })
  return `linear-gradient(to right, #000 0, ${stops.join(', ')}, #000 100%)`
}
