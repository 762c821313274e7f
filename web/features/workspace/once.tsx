import Check from 'lucide-solid/icons/check'
import Copy from 'lucide-solid/icons/copy'
import type { JSX } from 'solid-js'
import { createSignal, createUniqueId, onMount } from 'solid-js'
import { Button } from '../../ui/button.tsx'
import { copyText } from '../../ui/clipboard.ts'
import { Icon } from '../../ui/icon.tsx'
import { notify } from '../../ui/toast.tsx'

/** A secret that is shown now and never again; it takes the focus so that it is not missed. */
export function ShownOnce(props: {
  title: string
  label: string
  secret: string
  children: JSX.Element
  onDone: () => void
}) {
  const id = createUniqueId()
  const [isCopied, setCopied] = createSignal(false)
  let box!: HTMLDivElement
  let field!: HTMLInputElement
  onMount(() => box.focus())

  async function copy() {
    const isDone = await copyText(props.secret)
    setCopied(isDone)
    if (isDone) return
    field.select()
    notify('Your browser does not let this page copy. It is selected: copy it by hand.')
  }

  return (
    <div
      ref={(element) => (box = element)}
      role='group'
      aria-labelledby={id}
      tabindex='-1'
      class='grid gap-3 rounded-frame border border-line bg-time-soft/60 p-4 outline-none sm:p-5'
    >
      <h3 id={id} class='text-list font-strong'>
        {props.title}
      </h3>
      <p class='max-w-[62ch] text-pretty text-ink-2'>{props.children}</p>
      <div class='flex gap-2 max-sm:flex-col'>
        <input
          ref={(element) => (field = element)}
          class='field font-mono text-meta!'
          readonly
          aria-label={props.label}
          value={props.secret}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button look='primary' class='sm:w-32' onClick={() => void copy()}>
          <Icon of={isCopied() ? Check : Copy} size={18} />
          {isCopied() ? 'Copied' : 'Copy'}
        </Button>
      </div>
      <p class='sr-only' role='status'>
        {isCopied() ? 'It is copied.' : ''}
      </p>
      <Button look='quiet' size='small' class='justify-self-start -ml-3' onClick={props.onDone}>
        I have it: hide it for good
      </Button>
    </div>
  )
}
