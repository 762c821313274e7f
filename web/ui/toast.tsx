import X from 'lucide-solid/icons/x'
import { createRoot, createSignal, For, onCleanup, onMount, Show } from 'solid-js'
import { IconButton } from './button.tsx'
import { Icon } from './icon.tsx'

interface Toast {
  id: number
  text: string
  isError: boolean
  undo: (() => void) | undefined
}

const showMs = 6000
const showWithUndoMs = 12_000
let lastId = 0
const [toasts, setToasts] = createRoot(() => createSignal<Toast[]>([]))

const dismiss = (id: number) => setToasts((all) => all.filter((toast) => toast.id !== id))

function push(toast: Omit<Toast, 'id'>) {
  lastId += 1
  const id = lastId
  setToasts((all) => [...all.slice(-2), { ...toast, id }])
}

/** A short note at the foot of the page; `undo` adds a button that takes the act back. */
export const notify = (text: string, undo?: () => void): void =>
  push({ text, undo, isError: false })

export const notifyError = (error: unknown): void =>
  push({
    text: error instanceof Error ? error.message : 'Something went wrong.',
    isError: true,
    undo: undefined,
  })

export function Toasts() {
  return (
    <div
      class='pointer-events-none fixed inset-x-4 bottom-[calc(72px+env(safe-area-inset-bottom))] z-50 grid justify-items-center gap-2 md:bottom-6'
      role='status'
      aria-live='polite'
    >
      <For each={toasts()}>{(toast) => <ToastCard toast={toast} />}</For>
    </div>
  )
}

function ToastCard(props: { toast: Toast }) {
  let timer: ReturnType<typeof setTimeout> | undefined
  const hold = () => clearTimeout(timer)
  const release = () => {
    hold()
    timer = setTimeout(() => dismiss(props.toast.id), props.toast.undo ? showWithUndoMs : showMs)
  }
  onMount(release)
  onCleanup(hold)

  return (
    <div
      class='pointer-events-auto flex max-w-[min(480px,100%)] items-center gap-3 rounded-ctl bg-ink py-1.5 pr-1.5 pl-4 text-bg shadow-2 motion-safe:animate-[rise_180ms_var(--ease)]'
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocusIn={hold}
      onFocusOut={release}
    >
      <p class='py-1.5 font-medium'>
        <Show when={props.toast.isError}>
          <span class='sr-only'>Error: </span>
        </Show>
        {props.toast.text}
      </p>
      <Show when={props.toast.undo}>
        {(undo) => (
          <button
            type='button'
            class='min-h-8 rounded-tag px-2 font-strong underline underline-offset-3 outline-offset-0 focus-visible:outline-bg'
            onClick={() => {
              undo()()
              dismiss(props.toast.id)
            }}
          >
            Undo
          </button>
        )}
      </Show>
      <IconButton
        label='Dismiss'
        class='size-8! text-inherit! hover:bg-transparent! focus-visible:outline-bg'
        onClick={() => dismiss(props.toast.id)}
      >
        <Icon of={X} size={16} />
      </IconButton>
    </div>
  )
}
