import Check from 'lucide-solid/icons/check'
import { Match, Switch } from 'solid-js'
import { Icon } from './icon.tsx'

/** Says quietly how saving goes. There is no save button. */
export function SaveNote(props: {
  state: 'idle' | 'waiting' | 'saving' | 'saved' | 'failed'
  error?: unknown
  onRetry: () => void
}) {
  const message = () => (props.error instanceof Error ? props.error.message : 'Not saved.')
  return (
    <p role='status' class='min-h-[18px] text-meta text-ink-3'>
      <Switch>
        <Match when={props.state === 'waiting' || props.state === 'saving'}>Saving…</Match>
        <Match when={props.state === 'saved'}>
          <span class='inline-flex items-center gap-1'>
            <Icon of={Check} size={14} class='text-ok' /> Saved
          </span>
        </Match>
        <Match when={props.state === 'failed'}>
          <span class='text-danger'>{message()}</span>{' '}
          <button type='button' class='link' onClick={() => props.onRetry()}>
            Save again
          </button>
        </Match>
      </Switch>
    </p>
  )
}
