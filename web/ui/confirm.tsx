import * as AlertDialog from '@kobalte/core/alert-dialog'
import { createSignal } from 'solid-js'
import type { JSX } from 'solid-js'
import { Button } from './button.tsx'
import { returnFocus } from './focus.ts'
import { notifyError } from './toast.tsx'

interface ConfirmProps {
  isOpen: boolean
  title: string
  children: JSX.Element
  /** Names the act, not "OK". */
  actionLabel: string
  /** Left out: what it does cannot be taken back. */
  isHarmless?: boolean
  keepLabel?: string
  onConfirm: () => Promise<void>
  onClose: () => void
}

/** Asks before what cannot be taken back; stays open, with the reason told, where it fails. */
export function Confirm(props: ConfirmProps) {
  const [isBusy, setBusy] = createSignal(false)
  const giveFocusBack = returnFocus(() => props.isOpen)

  async function confirm() {
    setBusy(true)
    try {
      await props.onConfirm()
      props.onClose()
    } catch (error) {
      notifyError(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <AlertDialog.Root
      open={props.isOpen}
      preventScroll={false} // the scrollbar stays, so nothing shifts
      onOpenChange={(isOpen) => !isOpen && props.onClose()}
    >
      <AlertDialog.Portal>
        <AlertDialog.Overlay class='fixed inset-0 z-40 bg-black/50 motion-safe:animate-[appear_180ms]' />
        <div class='fixed inset-0 z-40 grid items-end justify-items-center p-4 sm:items-center'>
          <AlertDialog.Content
            onCloseAutoFocus={(event) => {
              event.preventDefault()
              giveFocusBack()
            }}
            class='grid w-full max-w-[420px] gap-3 rounded-sheet bg-raised p-6 shadow-2 motion-safe:animate-[rise_180ms_var(--ease)]'
          >
            <AlertDialog.Title class='text-section font-strong'>{props.title}</AlertDialog.Title>
            <AlertDialog.Description class='text-list text-pretty text-ink-2'>
              {props.children}
            </AlertDialog.Description>
            <div class='mt-3 flex flex-wrap justify-end gap-2'>
              <Button look='soft' onClick={() => props.onClose()} autofocus>
                {props.keepLabel ?? 'Keep it'}
              </Button>
              <Button
                look={props.isHarmless ? 'primary' : 'danger'}
                isBusy={isBusy()}
                onClick={() => void confirm()}
              >
                {props.actionLabel}
              </Button>
            </div>
          </AlertDialog.Content>
        </div>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
