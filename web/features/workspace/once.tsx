import type { JSX } from 'solid-js'
import { createUniqueId, onMount, Show } from 'solid-js'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { keepFocus } from '../../ui/focus.ts'

/** A secret that is shown now and never again; it takes the focus so that it is not missed. */
export function ShownOnce(props: {
  title: string
  label: string
  copyLabel: string
  secret: string
  children: JSX.Element
  onDone: () => void
}) {
  const id = createUniqueId()
  let box!: HTMLDivElement
  onMount(() => box.focus())
  return (
    <div
      ref={(element) => {
        box = element
        keepFocus(element)
      }}
      role='group'
      aria-labelledby={id}
      tabindex='-1'
      class='grid gap-3 rounded-frame border border-time/40 bg-time-soft/50 p-4 outline-none sm:p-5'
    >
      <h3 id={id} class='text-list font-strong'>
        {props.title}
      </h3>
      <p class='max-w-[62ch] text-pretty text-ink-2'>{props.children}</p>
      <div class='flex gap-2 max-sm:flex-col'>
        <Show
          when={props.secret.includes('\n')}
          fallback={
            <input
              class='field font-mono text-meta!'
              readonly
              aria-label={props.label}
              value={props.secret}
              onFocus={(event) => event.currentTarget.select()}
            />
          }
        >
          <textarea
            class='field min-h-32 min-w-0 font-mono text-meta!'
            readonly
            aria-label={props.label}
            value={props.secret}
            onFocus={(event) => event.currentTarget.select()}
          />
        </Show>
        <CopyButton text={props.secret} label={props.copyLabel} />
      </div>
      <Button size='small' class='justify-self-start' onClick={props.onDone}>
        I have it, hide it for good
      </Button>
    </div>
  )
}
