import { createSignal, Show } from 'solid-js'
import { changePassword } from '../../api/account.ts'
import { withStepUp } from '../../api/step-up.ts'
import { Button } from '../../ui/button.tsx'
import { PasswordField } from '../../ui/field.tsx'
import { keepFocus } from '../../ui/focus.ts'
import { Form } from '../../shell/form.tsx'
import { notify } from '../../ui/toast.tsx'
import { refetchFactors, refetchSessions } from './data.ts'
import { Section } from './section.tsx'
import { UsernameForManagers } from './step-up-dialog.tsx'

export function PasswordSection(props: { hasPassword: boolean }) {
  const [isOpen, setOpen] = createSignal(false)

  async function change(password: string) {
    await withStepUp(() => changePassword(password))
    notify('Your new password is set. Every other session has ended.')
    setOpen(false)
    await Promise.all([refetchFactors(), refetchSessions()])
  }

  return (
    <Section
      title='Password'
      words={
        props.hasPassword
          ? 'A new one ends every other session.'
          : 'You have none: you sign in another way. With one you can sign in by your address, too.'
      }
      action={
        <Show when={!isOpen()}>
          <Button onClick={() => setOpen(true)}>
            {props.hasPassword ? 'Change password' : 'Set a password'}
          </Button>
        </Show>
      }
    >
      <Show when={isOpen()}>
        <div ref={keepFocus} class='max-w-[400px]'>
          <Form
            actionLabel='Set the password'
            aside={
              <Button look='soft' onClick={() => setOpen(false)}>
                {props.hasPassword ? 'Keep the old one' : 'Not now'}
              </Button>
            }
            onSubmit={({ password = '' }) => change(password)}
          >
            {(form) => (
              <>
                <UsernameForManagers />
                <PasswordField
                  label='New password'
                  name='password'
                  autocomplete='new-password'
                  required
                  minlength={8}
                  maxlength={256}
                  ref={(input) => queueMicrotask(() => input.focus())}
                  hint='At least 8 characters. A sentence is easier to keep than a riddle.'
                  error={form.fieldError('password')}
                />
              </>
            )}
          </Form>
        </div>
      </Show>
    </Section>
  )
}
