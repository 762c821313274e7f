import { login } from '../../api/session.ts'
import { PasswordField, TextField } from '../../ui/field.tsx'
import { usePage } from '../../ui/page.ts'
import { A } from '../../ui/router.ts'
import { AuthForm } from './auth-form.tsx'

export function LoginPage() {
  usePage(() => 'Log in')
  return (
    <AuthForm
      title='Log in'
      lead='Your videos are where you left them.'
      actionLabel='Log in'
      onSubmit={(fields) => login({ email: fields.email ?? '', password: fields.password ?? '' })}
      foot={(search) => (
        <>
          No account yet?{' '}
          <A href={`/signup${search}`} class='link underline underline-offset-3'>
            Sign up
          </A>
        </>
      )}
    >
      {(fieldError) => (
        <>
          <TextField
            label='E-mail'
            name='email'
            type='email'
            autocomplete='username'
            required
            error={fieldError('email')}
          />
          <PasswordField
            label='Password'
            name='password'
            autocomplete='current-password'
            required
            error={fieldError('password')}
          />
        </>
      )}
    </AuthForm>
  )
}
