import type { JSX } from 'solid-js'
import { createEffect, createSignal, createUniqueId, For, on } from 'solid-js'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { TextField } from './field.tsx'

/** Acts for good stand together, last on their page, and look like nothing else on it. */
export function DangerZone(props: { title?: string; children: JSX.Element }) {
  const id = createUniqueId()
  return (
    <section aria-labelledby={id} class='rounded-frame border border-danger/50 px-5'>
      <h2 id={id} class='pt-4 text-section font-strong text-danger'>
        {props.title ?? 'Danger zone'}
      </h2>
      <div class='divide-y divide-line'>{props.children}</div>
    </section>
  )
}

interface DangerActProps {
  title: string
  /** What will be gone. */
  words: JSX.Element
  actionLabel: string
  /** Must be typed as it stands here, upper or lower case alike. */
  phrase: string
  /** Names the field: "Type your address". */
  phraseLabel: string
  /** Said again in the dialog, a line each. */
  losses?: string[]
  isResting?: boolean
  /** What it throws is told in the dialog, which stays open. */
  onConfirm: (typed: string) => Promise<void>
}

/** One act of a danger zone. It happens once its phrase was typed, so never by a slip. */
export function DangerAct(props: DangerActProps) {
  const [isOpen, setOpen] = createSignal(false)
  return (
    <div class='flex flex-wrap items-center justify-between gap-x-8 gap-y-3 py-4'>
      <div class='min-w-0 flex-1 basis-[280px]'>
        <h3 class='font-semi'>{props.title}</h3>
        <p class='mt-0.5 max-w-[62ch] text-pretty text-ink-2'>{props.words}</p>
      </div>
      <Button
        class='border-danger/50! text-danger hover:border-danger!'
        isResting={props.isResting ?? false}
        onClick={() => setOpen(true)}
      >
        {props.actionLabel}
      </Button>
      <TypedConfirm {...props} isOpen={isOpen()} onClose={() => setOpen(false)} />
    </div>
  )
}

const plain = (text: string) => text.trim().toLowerCase()

function TypedConfirm(props: DangerActProps & { isOpen: boolean; onClose: () => void }) {
  const [typed, setTyped] = createSignal('')
  const [error, setError] = createSignal<string>()
  const [isBusy, setBusy] = createSignal(false)
  createEffect(
    on(
      () => props.isOpen,
      () => (setTyped(''), setError(undefined)),
    ),
  )
  const isTyped = () => plain(typed()) === plain(props.phrase)

  async function submit(event: SubmitEvent) {
    event.preventDefault()
    if (!isTyped()) return void setError(`Type ${props.phrase} to go on.`)
    setBusy(true)
    setError(undefined)
    try {
      await props.onConfirm(typed().trim())
      props.onClose()
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : 'Something went wrong.')
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog
      isOpen={props.isOpen}
      title={`${props.title}?`}
      lead={props.words}
      onClose={props.onClose}
    >
      <form class='grid gap-4' onSubmit={(event) => void submit(event)}>
        <ul class='grid list-disc gap-1 pl-5 text-ink-2 empty:hidden'>
          <For each={props.losses}>{(loss) => <li>{loss}</li>}</For>
        </ul>
        <p>
          To go on, type <strong class='font-strong break-all'>{props.phrase}</strong>
        </p>
        <TextField
          label={props.phraseLabel}
          value={typed()}
          autocomplete='off'
          autocapitalize='off'
          spellcheck={false}
          autofocus
          error={error()}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <div class='mt-1 flex flex-wrap justify-end gap-2'>
          <Button look='soft' onClick={() => props.onClose()}>
            Keep it
          </Button>
          <Button type='submit' look='danger' isBusy={isBusy()} isResting={!isTyped()}>
            {props.actionLabel}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
