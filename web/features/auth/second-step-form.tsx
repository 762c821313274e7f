import { createSignal, For, Match, Switch } from 'solid-js'
import { hasCode } from '../../api/error.ts'
import { answerByPasskey, hasPasskeys } from '../../api/passkey.ts'
import { answerChallenge, type SecondStep } from '../../api/session.ts'
import { TextField } from '../../ui/field.tsx'
import { Form } from '../../shell/form.tsx'
import { OtpField } from '../../ui/otp-field.tsx'
import { AuthFrame } from './auth-frame.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { firstMethod, type Method } from './second-step.ts'

const leads: Record<Method, string> = {
  totp: 'Open your authenticator app and type the code that it shows for Lantern.',
  recovery: 'Type one of the codes that you kept for this. Each works once.',
  passkey: 'Confirm with a passkey of this account.',
}
const otherWays: Record<Method, string> = {
  totp: 'Use the authenticator app',
  recovery: 'Use a recovery code',
  passkey: 'Use a passkey',
}

interface StepProps {
  step: SecondStep
  /** It took too long, or too many tries: the first step comes again. */
  onEnded: () => void
  onBack: () => void
}

/** The password was right; this account asks for one proof more. */
export function SecondStepForm(props: StepProps) {
  const [method, setMethod] = createSignal(firstMethod(props.step.methods, hasPasskeys()))
  const others = () =>
    props.step.methods.filter((one) => one !== method() && (one !== 'passkey' || hasPasskeys()))

  async function orEnd(answer: Promise<void>) {
    try {
      await answer
    } catch (error) {
      if (hasCode(error, 'challenge_ended')) return props.onEnded()
      throw error
    }
  }
  const answerCode = (code: string, by: 'totp' | 'recovery') =>
    orEnd(answerChallenge({ method: by, token: props.step.token, code }))

  return (
    <AuthFrame title='One more step' lead={leads[method()]}>
      <Switch>
        <Match when={method() === 'totp'}>
          <Form
            actionLabel='Log in'
            isWide
            codesAt={{ field: 'code', codes: ['code_wrong'] }}
            onSubmit={({ code = '' }) => answerCode(code, 'totp')}
          >
            {(form) => (
              <OtpField
                label='Six-digit code'
                error={form.fieldError('code')}
                onComplete={form.submit}
              />
            )}
          </Form>
        </Match>
        <Match when={method() === 'recovery'}>
          <Form
            actionLabel='Log in'
            isWide
            codesAt={{ field: 'code', codes: ['code_wrong'] }}
            onSubmit={({ code = '' }) => answerCode(code, 'recovery')}
          >
            {(form) => (
              <TextField
                label='Recovery code'
                name='code'
                required
                ref={(input) => queueMicrotask(() => input.focus())}
                autocomplete='off'
                autocapitalize='off'
                spellcheck={false}
                error={form.fieldError('code')}
              />
            )}
          </Form>
        </Match>
        <Match when={method() === 'passkey'}>
          <PasskeyButton
            label='Use a passkey'
            look='primary'
            run={() => orEnd(answerByPasskey(props.step.token))}
          />
        </Match>
      </Switch>
      <ul class='grid gap-2.5'>
        <For each={others()}>
          {(other) => (
            <li>
              <button type='button' class='link' onClick={() => setMethod(other)}>
                {otherWays[other]}
              </button>
            </li>
          )}
        </For>
        <li>
          <button type='button' class='link' onClick={() => props.onBack()}>
            Back to the password
          </button>
        </li>
      </ul>
    </AuthFrame>
  )
}
