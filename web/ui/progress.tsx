import { createMemo, For, Show } from 'solid-js'
import { type NamedRendition, renditionTitles } from './rendition-words.ts'

/** Amber, because progress is time. `percent` is null while it cannot be known. */
export function ProgressBar(props: { label: string; percent: number | null; isPaused?: boolean }) {
  const whole = () => (props.percent === null ? undefined : Math.floor(props.percent))
  return (
    <div
      role='progressbar'
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={whole()}
      class='h-1 overflow-hidden rounded-[2px] bg-line'
    >
      <div
        class='h-full rounded-[2px] transition-[width] duration-260 ease-lamp'
        classList={{
          'bg-time': !props.isPaused,
          'bg-edge': props.isPaused,
          'w-1/4 motion-safe:animate-[breathe_1.6s_ease_infinite]': props.percent === null,
        }}
        style={{ width: props.percent === null ? undefined : `${props.percent}%` }}
      />
    </div>
  )
}

interface Rendition extends NamedRendition {
  state: 'queued' | 'running' | 'ready'
  percent: number
}

const chipLooks: Record<Rendition['state'], string> = {
  ready: 'bg-ok-soft text-ok',
  running: 'bg-time-soft text-time-ink',
  queued: 'bg-sunken text-ink-3',
}

const stateNames: Record<Rendition['state'], string> = {
  ready: 'ready',
  running: 'being made',
  queued: 'waiting',
}

/** The uploaded file comes first, for it is there first. */
const inOrder = (renditions: Rendition[]) =>
  renditions.toSorted((a, b) => Number(b.name === 'source') - Number(a.name === 'source'))

/** One chip a rendition: green is ready, amber is being made, grey waits. */
export function LadderChips(props: { renditions: Rendition[] }) {
  const ordered = createMemo(() => inOrder(props.renditions))
  const titles = createMemo(() => renditionTitles(ordered()))
  return (
    <Show when={props.renditions.length}>
      <ul class='flex flex-wrap gap-1' aria-label='Versions'>
        <For each={ordered()}>
          {(rendition, place) => (
            <li
              class={`num rounded-[5px] px-1.5 text-label leading-[18px] font-semi whitespace-nowrap ${chipLooks[rendition.state]}`}
            >
              {titles()[place()]}
              <Show when={rendition.state === 'running'}> {Math.floor(rendition.percent)}%</Show>
              <span class='sr-only'>, {stateNames[rendition.state]}</span>
            </li>
          )}
        </For>
      </ul>
    </Show>
  )
}
