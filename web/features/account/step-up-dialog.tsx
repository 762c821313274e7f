import { useQuery } from '@tanstack/solid-query'
import { createSignal, Match, Show, Switch } from 'solid-js'
import type { Factors } from '#contracts/factor.ts'
import { accountKeys, getFactors } from '../../api/account.ts'
import { confirmByPasskey, hasPasskeys } from '../../api/passkey.ts'
import { currentUser, logout } from '../../api/session.ts'
import { confirmByCode, confirmByPassword, isStepUpAsked, settleStepUp } from '../../api/step-up.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { PasswordField } from '../../ui/field.tsx'
import { Form } from '../../shell/form.tsx'
import { OtpField } from '../../ui/otp-field.tsx'
import { useLocation, useNavigate } from '../../ui/router.ts'
import { Bone, ErrorState, Skeleton } from '../../ui/state.tsx'
import { PasskeyButton } from '../auth/passkey-button.tsx'
import { stepUpWays } from './policy.ts'

/** Asks before a dangerous act who sits here. What waits for it goes on by itself. */
export function StepUpDialog() {
  return (
    <Dialog
      isOpen={isStepUpAsked()}
      title='Confirm that it is you'
      lead='We ask before acts that would help a thief. For ten minutes we will not ask again.'
      isOnTop
      onClose={() => settleStepUp(false)}
    >
      <Ways />
    </Dialog>
  )
}

function Ways() {
  const query = useQuery(() => ({
    queryKey: accountKeys.factors(),
    queryFn: ({ signal }) => getFactors(signal),
  }))
  return (
    <Switch>
      <Match when={query.isPending}>
        <Skeleton label='One moment' class='grid gap-3'>
          <Bone class='h-5 w-24' />
          <Bone class='h-10 w-full' />
          <Bone class='h-10 w-32' />
        </Skeleton>
      </Match>
      <Match when={query.isLoadingError}>
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      </Match>
      <Match when={query.data}>{(factors) => <Proofs factors={factors()} />}</Match>
    </Switch>
  )
}

const confirmed = () => settleStepUp(true)

function Proofs(props: { factors: Factors }) {
  const ways = () => stepUpWays(props.factors, hasPasskeys())
  return (
    <div class='grid gap-4'>
      <Switch fallback={<Leave />}>
        <Match when={ways().typed === 'code'}>
          <Form
            actionLabel='Confirm'
            aside={<Leave />}
            codesAt={{ field: 'code', codes: ['code_wrong'] }}
            onSubmit={({ code = '' }) => confirmByCode(code).then(confirmed)}
          >
            {(form) => (
              <OtpField
                label='Six-digit code'
                hint='From your authenticator app.'
                error={form.fieldError('code')}
                onComplete={form.submit}
              />
            )}
          </Form>
        </Match>
        <Match when={ways().typed === 'password'}>
          <Form
            actionLabel='Confirm'
            aside={<Leave />}
            codesAt={{ field: 'password', codes: ['invalid_credentials'] }}
            onSubmit={({ password = '' }) => confirmByPassword(password).then(confirmed)}
          >
            {(form) => (
              <>
                <UsernameForManagers />
                <PasswordField
                  label='Your password'
                  name='password'
                  autocomplete='current-password'
                  required
                  ref={(input) => queueMicrotask(() => input.focus())}
                  error={form.fieldError('password')}
                />
              </>
            )}
          </Form>
        </Match>
      </Switch>
      <Show when={ways().isPasskey}>
        <PasskeyButton
          label='Use a passkey'
          look={ways().typed ? 'secondary' : 'primary'}
          run={() => confirmByPasskey().then(confirmed)}
        />
      </Show>
      <Show when={!ways().typed && !ways().isPasskey}>
        <SignInAnew />
      </Show>
    </div>
  )
}

const Leave = () => (
  <Button look='soft' onClick={() => settleStepUp(false)}>
    Not now
  </Button>
)

/** Password managers keep a password with the name beside it. */
export const UsernameForManagers = () => (
  <input
    type='email'
    class='hidden'
    autocomplete='username'
    readonly
    tabindex={-1}
    value={currentUser()?.email ?? ''}
  />
)

/** For who comes by another service alone: a fresh sign-in counts as a confirmation. */
function SignInAnew() {
  const navigate = useNavigate()
  const place = useLocation()
  const [isBusy, setBusy] = createSignal(false)

  async function leave() {
    setBusy(true)
    const back = place.pathname
    await logout().catch(() => undefined)
    settleStepUp(false)
    navigate(`/login?next=${encodeURIComponent(back)}`)
  }
  return (
    <div class='grid gap-3'>
      <p class='text-ink-2'>
        You have neither a password nor a passkey here. Log in anew: for ten minutes after it, we
        ask nothing more.
      </p>
      <Button look='primary' isBusy={isBusy()} onClick={() => void leave()}>
        Log in anew
      </Button>
    </div>
  )
}
