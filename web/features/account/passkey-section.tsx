import { createSignal, Show } from 'solid-js'
import type { Passkey } from '#contracts/factor.ts'
import { addPasskey, askNewPasskey, hasPasskeys } from '../../api/passkey.ts'
import { withStepUp } from '../../api/step-up.ts'
import { Button } from '../../ui/button.tsx'
import { ById } from '../../ui/by-id.tsx'
import { TextField } from '../../ui/field.tsx'
import { keepFocus } from '../../ui/focus.ts'
import { Form } from '../../shell/form.tsx'
import { notify } from '../../ui/toast.tsx'
import { patchFactors, refetchFactors } from './data.ts'
import { PasskeyRow } from './passkey-row.tsx'
import { suggestPasskeyName } from './policy.ts'
import { rowsClass, Section } from './section.tsx'

export function PasskeySection(props: { passkeys: Passkey[] }) {
  const [isOpen, setOpen] = createSignal(false)
  return (
    <Section
      title='Passkeys'
      words='Sign in by a finger, a face or the PIN of a device: nothing to remember, and nothing that a false page can take.'
      action={
        <Show when={hasPasskeys() && !isOpen()}>
          <Button onClick={() => setOpen(true)}>Add a passkey</Button>
        </Show>
      }
    >
      <Show when={isOpen()}>
        <NewPasskey onDone={() => setOpen(false)} />
      </Show>
      <Show when={!hasPasskeys()}>
        <p class='text-ink-3'>
          This browser makes none here: passkeys need https and a browser that knows them.
        </p>
      </Show>
      <Show
        when={props.passkeys.length}
        fallback={
          <Show when={hasPasskeys() && !isOpen()}>
            <p class='text-ink-3'>You have none yet.</p>
          </Show>
        }
      >
        <ul class={rowsClass}>
          <ById each={props.passkeys}>{(passkey) => <PasskeyRow passkey={passkey()} />}</ById>
        </ul>
      </Show>
    </Section>
  )
}

function NewPasskey(props: { onDone: () => void }) {
  async function add(name: string) {
    const asked = await withStepUp(askNewPasskey)
    const passkey = await addPasskey(asked, name)
    patchFactors((all) => ({ ...all, passkeys: [...all.passkeys, passkey] }))
    notify('Your passkey is added.')
    props.onDone()
    await refetchFactors()
  }
  return (
    <div ref={keepFocus} class='max-w-[400px]'>
      <Form
        actionLabel='Make the passkey'
        aside={
          <Button look='soft' onClick={() => props.onDone()}>
            Not now
          </Button>
        }
        onSubmit={({ name = '' }) => add(name)}
      >
        {(form) => (
          <TextField
            label='Name'
            name='name'
            value={suggestPasskeyName(navigator.userAgent)}
            required
            maxlength={60}
            autocomplete='off'
            ref={(input) => queueMicrotask(() => input.select())}
            hint='So that you can tell it from others. Your device asks for the rest.'
            error={form.fieldError('name')}
          />
        )}
      </Form>
    </div>
  )
}
