import Copy from 'lucide-solid/icons/copy'
import { Show } from 'solid-js'
import type { Failure, Video } from '#contracts/video.ts'
import { copyText } from '../../ui/clipboard.ts'
import { Icon } from '../../ui/icon.tsx'
import { wasStopped } from '../../ui/status-line.ts'
import { notify } from '../../ui/toast.tsx'

/** What to tell the operator. The sentence for the owner stands in the line of state above it. */
export function FailureNote(props: { video: Video }) {
  const failure = () => (wasStopped(props.video) ? undefined : props.video.failure)
  return <Show when={failure()}>{(known) => <FailureFacts failure={known()} />}</Show>
}

export function FailureFacts(props: { failure: Failure }) {
  return (
    <div class='grid gap-0.5 text-label text-ink-3'>
      <p>
        Code <code class='font-mono select-all'>{props.failure.code}</code>
      </p>
      <Show when={props.failure.logKey}>{(logKey) => <LogKey logKey={logKey()} />}</Show>
    </div>
  )
}

function LogKey(props: { logKey: string }) {
  async function copy(): Promise<void> {
    const isCopied = await copyText(props.logKey)
    notify(isCopied ? 'The log key is copied.' : props.logKey)
  }
  return (
    <p class='flex flex-wrap items-center gap-x-1'>
      Log key <code class='font-mono break-all select-all'>{props.logKey}</code> for your operator
      <button
        type='button'
        class='grid size-7 place-items-center rounded-tag hover:bg-sunken hover:text-ink pointer-coarse:size-11'
        aria-label='Copy the log key'
        title='Copy the log key'
        onClick={() => void copy()}
      >
        <Icon of={Copy} size={14} />
      </button>
    </p>
  )
}
