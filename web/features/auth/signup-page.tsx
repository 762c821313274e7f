import { currentUser, register } from '../../api/session.ts'
import { PasswordField, TextField } from '../../ui/field.tsx'
import { Form } from '../../shell/form.tsx'
import { usePage } from '../../ui/page.ts'
import { A } from '../../ui/router.ts'
import { notify } from '../../ui/toast.tsx'
import { AuthFrame } from './auth-frame.tsx'
import { useLanding } from './landing.ts'
import { OutsideButtons } from './outside-buttons.tsx'

export function SignupPage() {
  usePage(() => 'Sign up')
  const { next, nextSearch } = useLanding()
  return (
    <AuthFrame
      title='Sign up'
      lead='An account comes with a workspace for your videos.'
      foot={
        <>
          Have an account?{' '}
          <A href={`/login${nextSearch()}`} class='link underline underline-offset-3'>
            Log in
          </A>
        </>
      }
    >
      <Form
        actionLabel='Create account'
        isWide
        onSubmit={async ({ displayName = '', email = '', password = '' }) => {
          await register({ displayName, email, password })
          const user = currentUser()
          if (user) notify(`We sent a link to ${user.email}. Open it to confirm your address.`)
        }}
      >
        {(form) => (
          <>
            <TextField
              label='Name'
              name='displayName'
              autocomplete='name'
              required
              maxlength={80}
              hint='Shown beside your videos.'
              error={form.fieldError('displayName')}
            />
            <TextField
              label='E-mail'
              name='email'
              type='email'
              autocomplete='username'
              required
              maxlength={254}
              hint='We send a link there, to confirm that it is yours.'
              error={form.fieldError('email')}
            />
            <PasswordField
              label='Password'
              name='password'
              autocomplete='new-password'
              required
              minlength={8}
              maxlength={256}
              hint='At least 8 characters. A sentence is easier to keep than a riddle.'
              error={form.fieldError('password')}
            />
          </>
        )}
      </Form>
      <OutsideButtons next={next()} isFirst />
    </AuthFrame>
  )
}
