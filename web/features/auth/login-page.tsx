import { createSignal, onCleanup, onMount, Show } from 'solid-js'
import { hasPasskeys, loginByPasskey, offerPasskeys, withdrawOffer } from '../../api/passkey.ts'
import { login, type SecondStep, sessionStatus, sessionWasEnded } from '../../api/session.ts'
import { PasswordField, TextField } from '../../ui/field.tsx'
import { Banner, Form, Note } from '../../shell/form.tsx'
import { usePage } from '../../ui/page.ts'
import { problemText } from '../../api/problem.ts'
import { A, useLocation, useSearchParams } from '../../ui/router.ts'
import { AuthFrame } from './auth-frame.tsx'
import { useFragment } from './fragment.ts'
import { useLanding } from './landing.ts'
import { Or, OutsideButtons } from './outside-buttons.tsx'
import { outsideWords } from './outside-words.ts'
import { PasskeyButton } from './passkey-button.tsx'
import { stepOfFragment } from './second-step.ts'
import { SecondStepForm } from './second-step-form.tsx'

const tookTooLong = 'That took too long, or too many tries. Log in again.'

export function LoginPage() {
  usePage(() => 'Log in')
  const landing = useLanding()
  const [step, setStep] = createSignal<SecondStep>()
  const [hasEnded, setEnded] = createSignal(false)
  useFragment((fields) => setStep(stepOfFragment(fields)))

  function backTo(isEnded: boolean) {
    setStep(undefined)
    setEnded(isEnded)
  }
  return (
    <Show
      when={step()}
      keyed
      fallback={
        <FirstStep
          landing={landing}
          problem={hasEnded() ? tookTooLong : undefined}
          onStep={setStep}
        />
      }
    >
      {(current) => (
        <SecondStepForm step={current} onEnded={() => backTo(true)} onBack={() => backTo(false)} />
      )}
    </Show>
  )
}

function FirstStep(props: {
  landing: ReturnType<typeof useLanding>
  problem: string | undefined
  onStep: (step: SecondStep) => void
}) {
  const [search] = useSearchParams()
  const offerProblem = createPasskeyOffer()
  const note = useArrivalNote()
  return (
    <AuthFrame
      title='Log in'
      lead='Your videos are where you left them.'
      foot={
        <>
          No account yet?{' '}
          <A
            href={`/signup${props.landing.nextSearch()}`}
            class='link underline underline-offset-3'
          >
            Sign up
          </A>
        </>
      }
    >
      <Show when={note()}>{(words) => <Note>{words()}</Note>}</Show>
      <Banner text={props.problem ?? offerProblem() ?? outsideWords(search.outside)} />
      <Form
        actionLabel='Log in'
        isWide
        onSubmit={async ({ email = '', password = '' }) => {
          const step = await login({ email, password })
          if (step) props.onStep(step)
        }}
      >
        {(form) => (
          <>
            <TextField
              label='E-mail'
              name='email'
              type='email'
              autocomplete='username webauthn'
              required
              error={form.fieldError('email')}
            />
            <div class='grid gap-2'>
              <PasswordField
                label='Password'
                name='password'
                autocomplete='current-password'
                required
                error={form.fieldError('password')}
              />
              <A href='/forgot' class='link justify-self-start'>
                Forgot your password?
              </A>
            </div>
          </>
        )}
      </Form>
      <Show when={hasPasskeys()}>
        <Or />
        <PasskeyButton label='Sign in with a passkey' run={loginByPasskey} />
      </Show>
      <OutsideButtons next={props.landing.next()} isFirst={!hasPasskeys()} />
    </AuthFrame>
  )
}

/** Why somebody stands here who did not ask to. */
function useArrivalNote(): () => string | undefined {
  const place = useLocation<{ note?: string }>()
  return () =>
    place.state?.note ??
    (sessionWasEnded() ? 'Your session has ended. Log in to go on.' : undefined)
}

/** Renewed before its challenge ends. */
const offerAgainMs = 4 * 60_000

/** Passkeys in the list under the e-mail field. Returns what went wrong with one that was picked. */
function createPasskeyOffer(): () => string | undefined {
  const [problem, setProblem] = createSignal<string>()
  if (!hasPasskeys()) return problem
  const offer = () => {
    if (sessionStatus() === 'signed-in') return
    offerPasskeys().catch((error: unknown) => setProblem(problemText(error)))
  }
  onMount(offer)
  const timer = setInterval(offer, offerAgainMs)
  onCleanup(() => {
    clearInterval(timer)
    void withdrawOffer()
  })
  return problem
}
