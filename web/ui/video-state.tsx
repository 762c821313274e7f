import CircleAlert from 'lucide-solid/icons/circle-alert'
import CirclePlay from 'lucide-solid/icons/circle-play'
import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { Icon } from './icon.tsx'
import { LadderChips, ProgressBar } from './progress.tsx'
import type { NamedRendition } from './rendition-words.ts'
import {
  failureReason,
  isBeingMade,
  type Stateful,
  statusLine,
  timeLeftLine,
  wasStopped,
} from './status-line.ts'

interface Shown extends Stateful {
  title: string
  renditions: (Stateful['renditions'][number] & NamedRendition & { percent: number })[]
  progress: (NonNullable<Stateful['progress']> & { percent: number }) | null
}

/**
 * Words, how far it has come, and the qualities: one truth wherever a video stands. Without chips
 * where each quality has a line of its own beside it.
 */
export function VideoState(props: { video: Shown; hasChips?: boolean }) {
  return (
    <>
      <StateLine video={props.video} />
      <Show when={isBeingMade(props.video)}>
        <ProgressBar
          label={`Conversion of ${props.video.title}`}
          percent={props.video.progress?.percent ?? null}
        />
      </Show>
      <Show when={props.hasChips ?? true}>
        <LadderChips renditions={props.video.renditions} />
      </Show>
    </>
  )
}

function StateLine(props: { video: Shown }) {
  // Who stopped it knows; there is nothing to be alarmed at.
  const hasFailed = () => props.video.status === 'failed' && !wasStopped(props.video)
  return (
    <>
      <PlayLine
        plays={props.video.playable}
        hasFailed={hasFailed()}
        rest={timeLeftLine(props.video)}
      >
        {statusLine(props.video)}
      </PlayLine>
      <Show when={failureReason(props.video)}>
        {(reason) => <p class='text-meta text-ink-3'>{reason()}</p>}
      </Show>
    </>
  )
}

/** A line of state: green with its sign where the film plays; `rest` is what may change or go. */
export function PlayLine(props: {
  plays: boolean
  hasFailed?: boolean
  rest?: string | undefined
  children: JSX.Element
}) {
  return (
    <p
      class='num flex flex-wrap items-start gap-x-2 text-meta'
      classList={{
        'font-medium text-danger': props.hasFailed && !props.plays,
        'font-medium text-ok': props.plays && !props.hasFailed,
        'text-ink-2': !props.plays && !props.hasFailed,
      }}
    >
      <span class='inline-flex min-w-0 items-start gap-1.5'>
        <Show when={props.plays}>
          <Icon
            of={props.hasFailed ? CircleAlert : CirclePlay}
            size={16}
            class={`mt-px ${props.hasFailed ? 'text-danger' : ''}`}
          />
        </Show>
        <span>{props.children}</span>
      </span>
      <Show when={props.rest}>
        <span class='font-body text-ink-3'>{props.rest}</span>
      </Show>
    </p>
  )
}
