import { createSignal, Show } from 'solid-js'
import { resetPassword } from '../../api/account.ts'
import { hasCode } from '../../api/error.ts'
import { forgetSession } from '../../api/session.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { PasswordField } from '../../ui/field.tsx'
import { Form } from '../../shell/form.tsx'
import { usePage } from '../../ui/page.ts'
import { useNavigate } from '../../ui/router.ts'
import { AuthFrame } from './auth-frame.tsx'
import { useFragment } from './fragment.ts'

/** Where the link of a forgotten password leads: `/reset#token=…`. */
export function ResetPage() {
  usePage(() => 'Set a new password')
  const navigate = useNavigate()
  const [token, setToken] = createSignal<string>()
  useFragment((fields) => setToken(fields.get('token') ?? undefined))

  async function reset(password: string) {
    try {
      await resetPassword({ token: token() ?? '', password })
    } catch (error) {
      if (hasCode(error, 'link_ended')) return void setToken(undefined)
      throw error
    }
    forgetSession() // every session has ended, this one, too
    navigate('/login', { state: { note: 'Your new password is set. Log in with it.' } })
  }

  return (
    <Show when={token()} fallback={<Ended />}>
      <AuthFrame
        title='Set a new password'
        lead='It ends every session that is open, wherever it is.'
      >
        <Form
          actionLabel='Set the password'
          isWide
          onSubmit={({ password = '' }) => reset(password)}
        >
          {(form) => (
            <PasswordField
              label='New password'
              name='password'
              autocomplete='new-password'
              required
              minlength={8}
              maxlength={256}
              hint='At least 8 characters. A sentence is easier to keep than a riddle.'
              error={form.fieldError('password')}
            />
          )}
        </Form>
      </AuthFrame>
    </Show>
  )
}

function Ended() {
  return (
    <AuthFrame
      title='This link has ended'
      lead='It was used already, or it is older than an hour. A new one takes a minute.'
    >
      <div>
        <ButtonLink href='/forgot' look='primary'>
          Send a new link
        </ButtonLink>
      </div>
    </AuthFrame>
  )
}
