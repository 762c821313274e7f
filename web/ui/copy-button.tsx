import Check from 'lucide-solid/icons/check'
import Copy from 'lucide-solid/icons/copy'
import { createSignal, onCleanup, Show } from 'solid-js'
import { Button, IconButton } from './button.tsx'
import { copyText } from './clipboard.ts'
import { Icon } from './icon.tsx'
import { notifyError } from './toast.tsx'

const shownMs = 2500

interface CopyProps {
  text: string
  /** Names what is copied: "Copy the key". */
  label: string
  /** Only the sign, beside what it copies; the label is then its name. */
  isIcon?: boolean
}

/** Copies, and says so in its own place. */
export function CopyButton(props: CopyProps) {
  const [isCopied, setCopied] = createSignal(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))

  async function copy() {
    if (!(await copyText(props.text))) {
      return notifyError(new Error('Your browser does not let this be copied. Select it instead.'))
    }
    setCopied(true)
    clearTimeout(timer)
    timer = setTimeout(() => setCopied(false), shownMs)
  }
  const sign = () => (
    <Icon of={isCopied() ? Check : Copy} size={18} class={isCopied() ? 'text-ok' : ''} />
  )

  return (
    <>
      <Show
        when={props.isIcon}
        fallback={
          <Button onClick={() => void copy()}>
            {sign()}
            {/* Both words keep their place, so that nothing beside the button moves. */}
            <span class='grid'>
              <span class='col-start-1 row-start-1' classList={{ invisible: isCopied() }}>
                {props.label}
              </span>
              <span
                class='col-start-1 row-start-1'
                classList={{ invisible: !isCopied() }}
                aria-hidden='true'
              >
                Copied
              </span>
            </span>
          </Button>
        }
      >
        <IconButton label={props.label} onClick={() => void copy()}>
          {sign()}
        </IconButton>
      </Show>
      <span class='sr-only' role='status'>
        {isCopied() ? 'Copied' : ''}
      </span>
    </>
  )
}
