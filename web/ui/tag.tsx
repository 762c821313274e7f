import type { JSX } from 'solid-js'

/** A word about what it stands beside. */
export function Tag(props: { look?: 'plain' | 'time' | 'danger' | 'ok'; children: JSX.Element }) {
  return (
    <span
      class='inline-block shrink-0 rounded-tag px-1.5 text-label leading-5 font-semi'
      classList={{
        'bg-sunken text-ink-2': (props.look ?? 'plain') === 'plain',
        'bg-time-soft text-time-ink': props.look === 'time',
        'bg-danger-soft text-danger': props.look === 'danger',
        'bg-ok-soft text-ok': props.look === 'ok',
      }}
    >
      {props.children}
    </span>
  )
}
