import { createEffect, createSignal, on } from 'solid-js'
import { withStepUp } from '../../api/step-up.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea } from '../../ui/field.tsx'
import { notify, notifyError } from '../../ui/toast.tsx'
import { createAttempt, focusWrongField } from '../workspace/attempt.ts'
import { Banner } from '../../shell/form.tsx'
import { Tag } from '../../ui/tag.tsx'

interface Suspendable {
  suspendedAt: string | null
  suspendedFor: string | null
}

export function StateTag(props: { of: Suspendable }) {
  return (
    <Tag look={props.of.suspendedAt ? 'danger' : 'ok'}>
      {props.of.suspendedAt ? 'Suspended' : 'Active'}
    </Tag>
  )
}

/** Asks why: the reason is shown to other admins and stays in the log. */
export function SuspendDialog(props: {
  /** Whom or what; undefined: closed. */
  name: string | undefined
  words: string
  onSuspend: (reason: string) => Promise<void>
  onClose: () => void
}) {
  const [reason, setReason] = createSignal('')
  const [wasTried, setTried] = createSignal(false)
  const attempt = createAttempt()
  createEffect(
    on(
      () => props.name,
      () => (setReason(''), setTried(false), attempt.forget()),
    ),
  )
  const error = () =>
    attempt.fieldError('reason') ?? (wasTried() && !reason().trim() ? 'Say why' : undefined)

  async function suspend(event: SubmitEvent & { currentTarget: HTMLFormElement }) {
    event.preventDefault()
    const form = event.currentTarget
    setTried(true)
    const name = props.name
    const isDone =
      !error() && (await attempt.run(() => withStepUp(() => props.onSuspend(reason().trim()))))
    if (!isDone) return focusWrongField(form)
    notify(`${name} is suspended.`)
    props.onClose()
  }

  return (
    <Dialog
      isOpen={props.name !== undefined}
      title={`Suspend ${props.name}?`}
      lead={props.words}
      onClose={props.onClose}
    >
      <form class='grid gap-4' novalidate onSubmit={(event) => void suspend(event)}>
        <Banner text={attempt.banner()} />
        <TextArea
          label='Reason'
          value={reason()}
          maxlength={500}
          rows={3}
          required
          hint='For other admins, and for the log.'
          error={error()}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
        <div class='flex flex-wrap justify-end gap-2'>
          <Button look='soft' onClick={() => props.onClose()}>
            Leave it
          </Button>
          <Button type='submit' look='danger' isBusy={attempt.isBusy()}>
            Suspend
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

export function RestoreButton(props: { name: string; onRestore: () => Promise<void> }) {
  const [isBusy, setBusy] = createSignal(false)
  async function restore() {
    const { name } = props
    setBusy(true)
    try {
      await withStepUp(() => props.onRestore())
      notify(`${name} is not suspended any more.`)
    } catch (error) {
      notifyError(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button
      size='small'
      aria-label={`Restore ${props.name}`}
      isBusy={isBusy()}
      onClick={() => void restore()}
    >
      Restore
    </Button>
  )
}

export function SuspendButton(props: { name: string; onClick: () => void }) {
  return (
    <Button
      look='quiet'
      size='small'
      class='text-danger!'
      aria-label={`Suspend ${props.name}`}
      onClick={() => props.onClick()}
    >
      Suspend
    </Button>
  )
}
