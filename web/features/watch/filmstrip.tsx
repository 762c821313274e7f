import { createEffect, createMemo, createResource, For, on, Show } from 'solid-js'
import { toClock } from '../../player/clock.ts'
import { fetchStoryboard, findTile, type Tile } from '../../player/storyboard.ts'
import { findChapter } from '../../player/timeline.ts'
import type { Chapter, Source } from '../../player/types.ts'
import { momentPath } from './description.ts'

interface FilmstripProps {
  source: Source
  positionMs: number
  onSeek: (ms: number) => void
}

/** A second timeline: a frame for each chapter, as wide as it is long, where there is room. */
export function Filmstrip(props: FilmstripProps) {
  const [tiles] = createResource(
    () => props.source.storyboardUrl ?? undefined,
    (url) => fetchStoryboard(url).catch((): Tile[] => []), // words alone do as well
    { initialValue: [] },
  )
  const current = createMemo(() => findChapter(props.source.chapters, props.positionMs)?.startMs)
  let strip!: HTMLElement

  function follow(startMs: number | undefined) {
    const frame = strip.querySelector<HTMLElement>(`[data-start='${startMs}']`)
    if (!frame || strip.matches(':hover, :focus-within')) return
    // Sideways alone: the page stays where its reader is.
    const left = frame.offsetLeft - (strip.clientWidth - frame.offsetWidth) / 2
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
    strip.scrollTo({ left, behavior: isCalm ? 'instant' : 'smooth' })
  }
  createEffect(on(current, follow, { defer: true }))

  return (
    <nav
      ref={(element) => (strip = element)}
      aria-label='Chapters'
      class='relative mt-1 flex gap-1 overflow-x-auto [scrollbar-width:thin] md:rounded-b-frame'
    >
      <For each={props.source.chapters}>
        {(chapter) => (
          <Frame
            chapter={chapter}
            tile={findTile(tiles(), lookMs(chapter))}
            href={momentPath(props.source.videoId, chapter.startMs)}
            isCurrent={current() === chapter.startMs}
            played={playedShare(chapter, props.positionMs)}
            onSeek={() => props.onSeek(chapter.startMs)}
          />
        )}
      </For>
    </nav>
  )
}

/** A little into it: chapters often begin in the dark. */
const lookMs = ({ startMs, endMs }: Chapter) => startMs + Math.min(5000, (endMs - startMs) / 3)

const playedShare = ({ startMs, endMs }: Chapter, ms: number) =>
  Math.min(1, Math.max(0, (ms - startMs) / Math.max(1, endMs - startMs)))

interface FrameProps {
  chapter: Chapter
  tile: Tile | undefined
  href: string
  isCurrent: boolean
  /** 0 to 1. */
  played: number
  onSeek: () => void
}

function Frame(props: FrameProps) {
  function seek(event: MouseEvent) {
    // With a modifier the viewer wants the address in another tab.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    event.stopPropagation() // else the router goes there as well
    props.onSeek()
  }
  return (
    <a
      href={props.href}
      data-start={props.chapter.startMs}
      aria-current={props.isCurrent ? 'true' : undefined}
      title={`${toClock(props.chapter.startMs)} ${props.chapter.title}`}
      class='group relative block h-[74px] min-w-[132px] basis-[132px] overflow-hidden rounded-[4px] bg-black text-white outline-offset-[-4px] focus-visible:outline-3 focus-visible:outline-white focus-visible:shadow-[inset_0_0_0_8px_#000] max-md:min-w-[150px] max-md:basis-[150px]'
      style={{ 'flex-grow': props.chapter.endMs - props.chapter.startMs }}
      on:click={seek}
    >
      <Show when={props.tile}>
        {(tile) => (
          <svg
            aria-hidden='true'
            viewBox={`${tile().xPx} ${tile().yPx} ${tile().widthPx} ${tile().heightPx}`}
            preserveAspectRatio='xMidYMid slice'
            class='absolute inset-0 size-full opacity-60 transition-opacity duration-120 group-hover:opacity-100'
            classList={{ 'opacity-90!': props.isCurrent }}
          >
            <image href={tile().url} />
          </svg>
        )}
      </Show>
      <span
        aria-hidden='true'
        class='absolute top-0 left-0 h-1 bg-[#ffb65c] forced-colors:bg-[Highlight]'
        style={{ width: `${props.played * 100}%` }}
      />
      <span class='absolute inset-x-0 bottom-0 truncate bg-linear-to-b from-transparent to-black/80 px-2.5 pt-6 pb-2 text-meta leading-[17px] font-semi'>
        <span class='num mr-1.5 text-label font-medium text-white/85'>
          {toClock(props.chapter.startMs)}
        </span>
        {props.chapter.title}
      </span>
    </a>
  )
}
