import { createSignal, Show } from 'solid-js'
import { forgotPassword } from '../../api/account.ts'
import { TextField } from '../../ui/field.tsx'
import { Form } from '../../shell/form.tsx'
import { usePage } from '../../ui/page.ts'
import { A } from '../../ui/router.ts'
import { AuthFrame } from './auth-frame.tsx'

/** Says the same whether or not there is an account. */
export function ForgotPage() {
  usePage(() => 'Forgot your password?')
  const [sentTo, setSentTo] = createSignal<string>()
  const back = () => (
    <A href='/login' class='link underline underline-offset-3'>
      Back to log in
    </A>
  )
  return (
    <AuthFrame
      title={sentTo() ? 'Look into your mail' : 'Forgot your password?'}
      lead={
        <Show
          when={sentTo()}
          fallback='Tell us your address. We send a link there that sets a new password.'
        >
          {(email) => (
            <>
              If there is an account for <strong class='font-semi wrap-anywhere'>{email()}</strong>,
              a link is on its way. It works for an hour.
            </>
          )}
        </Show>
      }
      foot={back()}
    >
      <Show
        when={sentTo()}
        fallback={
          <Form
            actionLabel='Send the link'
            isWide
            onSubmit={async ({ email = '' }) => {
              await forgotPassword(email)
              setSentTo(email.trim())
            }}
          >
            {(form) => (
              <TextField
                label='E-mail'
                name='email'
                type='email'
                autocomplete='username'
                required
                maxlength={254}
                error={form.fieldError('email')}
              />
            )}
          </Form>
        }
      >
        <p class='text-ink-2'>
          Nothing came? Look among the unwanted mails, or{' '}
          <button type='button' class='link' onClick={() => setSentTo(undefined)}>
            try again
          </button>
          .
        </p>
      </Show>
    </AuthFrame>
  )
}
