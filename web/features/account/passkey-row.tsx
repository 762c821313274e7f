import KeyRound from 'lucide-solid/icons/key-round'
import Pencil from 'lucide-solid/icons/pencil'
import { createSignal, Show } from 'solid-js'
import type { Passkey } from '#contracts/factor.ts'
import { removePasskey, renamePasskey } from '../../api/account.ts'
import { withStepUp } from '../../api/step-up.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { createClock } from '../../ui/clock.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { TextField } from '../../ui/field.tsx'
import { keepFocus } from '../../ui/focus.ts'
import { Form } from '../../shell/form.tsx'
import { formatDate, formatRelative } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { notify } from '../../ui/toast.tsx'
import { patchFactors, refetchFactors } from './data.ts'
import { rowClass } from './section.tsx'
import { Tag } from '../../ui/tag.tsx'

export function PasskeyRow(props: { passkey: Passkey }) {
  const now = createClock()
  const [isNaming, setNaming] = createSignal(false)
  const [isAsking, setAsking] = createSignal(false)
  let pencil: HTMLButtonElement | undefined

  const facts = () => {
    const { createdAt, lastUsedAt } = props.passkey
    const used = lastUsedAt ? `last used ${formatRelative(lastUsedAt, now())}` : 'not used yet'
    return `Added ${formatDate(createdAt, now())}, ${used}`
  }
  function close() {
    setNaming(false)
    pencil?.focus()
  }
  async function rename(name: string) {
    const { id } = props.passkey
    const renamed = await renamePasskey(id, name)
    patchFactors((all) => ({
      ...all,
      passkeys: all.passkeys.map((one) => (one.id === id ? renamed : one)),
    }))
    close()
    notify('The new name is saved.')
  }
  async function remove() {
    await withStepUp(() => removePasskey(props.passkey.id))
    await refetchFactors()
    notify('The passkey is removed here. You may delete it on your device, too.')
  }

  return (
    <li class={rowClass} ref={keepFocus}>
      <Show
        when={!isNaming()}
        fallback={<Rename name={props.passkey.name} onName={rename} onLeave={close} />}
      >
        <div class='flex min-w-0 flex-1 basis-[240px] items-center gap-3'>
          <Icon of={KeyRound} class='text-ink-3' />
          <div class='min-w-0'>
            <p class='flex flex-wrap items-center gap-x-2'>
              <span class='font-semi wrap-anywhere'>{props.passkey.name}</span>
              <Show when={props.passkey.isSynced}>
                <Tag>On several devices</Tag>
              </Show>
            </p>
            <p class='text-meta text-ink-3'>{facts()}</p>
          </div>
        </div>
        <div class='flex items-center gap-1'>
          <IconButton
            ref={(element) => (pencil = element)}
            label={`Rename ${props.passkey.name}`}
            onClick={() => setNaming(true)}
          >
            <Icon of={Pencil} size={18} />
          </IconButton>
          <Button
            size='small'
            aria-label={`Remove ${props.passkey.name}`}
            onClick={() => setAsking(true)}
          >
            Remove
          </Button>
        </div>
      </Show>
      <Confirm
        isOpen={isAsking()}
        title={`Remove “${props.passkey.name}”?`}
        actionLabel='Remove'
        onConfirm={remove}
        onClose={() => setAsking(false)}
      >
        It no longer opens your account.
      </Confirm>
    </li>
  )
}

function Rename(props: {
  name: string
  onName: (name: string) => Promise<void>
  onLeave: () => void
}) {
  return (
    <div
      class='w-full max-w-[400px]'
      onKeyDown={(event) => event.key === 'Escape' && props.onLeave()}
    >
      <Form
        actionLabel='Save'
        aside={
          <Button look='soft' onClick={() => props.onLeave()}>
            Keep the old name
          </Button>
        }
        onSubmit={({ name = '' }) => props.onName(name)}
      >
        {(form) => (
          <TextField
            label='Name of the passkey'
            name='name'
            value={props.name}
            required
            maxlength={60}
            autocomplete='off'
            ref={(input) => queueMicrotask(() => input.select())}
            error={form.fieldError('name')}
          />
        )}
      </Form>
    </div>
  )
}
