import { register } from '../../api/session.ts'
import { PasswordField, TextField } from '../../ui/field.tsx'
import { usePage } from '../../ui/page.ts'
import { A } from '../../ui/router.ts'
import { AuthForm } from './auth-form.tsx'

export function SignupPage() {
  usePage(() => 'Sign up')
  return (
    <AuthForm
      title='Sign up'
      lead='An account comes with a workspace for your videos.'
      actionLabel='Create account'
      onSubmit={(fields) =>
        register({
          displayName: fields.displayName ?? '',
          email: fields.email ?? '',
          password: fields.password ?? '',
        })
      }
      foot={(search) => (
        <>
          Have an account?{' '}
          <A href={`/login${search}`} class='link underline underline-offset-3'>
            Log in
          </A>
        </>
      )}
    >
      {(fieldError) => (
        <>
          <TextField
            label='Name'
            name='displayName'
            autocomplete='name'
            required
            maxlength={80}
            hint='Shown beside your videos.'
            error={fieldError('displayName')}
          />
          <TextField
            label='E-mail'
            name='email'
            type='email'
            autocomplete='username'
            required
            maxlength={254}
            error={fieldError('email')}
          />
          <PasswordField
            label='Password'
            name='password'
            autocomplete='new-password'
            required
            minlength={8}
            maxlength={256}
            hint='At least 8 characters. A sentence is easier to keep than a riddle.'
            error={fieldError('password')}
          />
        </>
      )}
    </AuthForm>
  )
}
