import * as KobalteDialog from '@kobalte/core/dialog'
import type { JSX } from 'solid-js'
import { children, Show } from 'solid-js'
import { returnFocus } from './focus.ts'

interface DialogProps {
  isOpen: boolean
  title: string
  /** Said under the title; read out with it. */
  lead?: JSX.Element
  children: JSX.Element
  onClose: () => void
  /** It may open while another dialog is there, which hides from readers what comes after it. */
  isOnTop?: boolean
}

/** Kobalte looks for the one in what is there, and for the other in what comes. */
const neverHidden = { 'data-kb-top-layer': '', 'data-react-aria-top-layer': 'true' }

/** A form over the page. Escape closes it, a click beside it does not: what was typed stays. */
export function Dialog(props: DialogProps) {
  const lead = children(() => props.lead) // asked for twice, made once
  const giveFocusBack = returnFocus(() => props.isOpen)

  return (
    <KobalteDialog.Root
      open={props.isOpen}
      preventScroll={false} // the scrollbar stays, so nothing shifts
      onOpenChange={(isOpen) => !isOpen && props.onClose()}
    >
      <KobalteDialog.Portal>
        <KobalteDialog.Overlay class='fixed inset-0 z-40 bg-black/50 motion-safe:animate-[appear_180ms]' />
        <div class='fixed inset-0 z-40 grid items-end justify-items-center overflow-y-auto p-4 sm:items-center'>
          <KobalteDialog.Content
            {...(props.isOnTop && neverHidden)}
            onInteractOutside={(event) => event.preventDefault()}
            onCloseAutoFocus={(event) => {
              event.preventDefault()
              giveFocusBack()
            }}
            class='grid w-full max-w-[440px] gap-4 rounded-sheet bg-raised p-6 shadow-2 motion-safe:animate-[rise_180ms_var(--ease)]'
          >
            <div class='grid gap-2'>
              <KobalteDialog.Title class='text-section font-strong'>
                {props.title}
              </KobalteDialog.Title>
              <Show when={lead()}>
                <KobalteDialog.Description class='text-list text-pretty text-ink-2'>
                  {lead()}
                </KobalteDialog.Description>
              </Show>
            </div>
            {props.children}
          </KobalteDialog.Content>
        </div>
      </KobalteDialog.Portal>
    </KobalteDialog.Root>
  )
}
