import { createSignal, Match, Show, Switch } from 'solid-js'
import type { Factors } from '#contracts/factor.ts'
import { confirmTotp, removeTotp, startTotp, type TotpStart } from '../../api/account.ts'
import { withStepUp } from '../../api/step-up.ts'
import { Button } from '../../ui/button.tsx'
import { createClock } from '../../ui/clock.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { formatDate } from '../../ui/format.ts'
import { notify, notifyError } from '../../ui/toast.tsx'
import { refetchFactors } from './data.ts'
import { Section } from './section.tsx'
import { Tag } from '../../ui/tag.tsx'
import { TotpSetup } from './totp-setup.tsx'

/** A second step by an app that makes codes. */
export function TotpSection(props: { totp: Factors['totp']; onCodes: (codes: string[]) => void }) {
  const now = createClock()
  const [start, setStart] = createSignal<TotpStart>()
  const [isBusy, setBusy] = createSignal(false)
  const [isAsking, setAsking] = createSignal(false)

  async function begin() {
    setBusy(true)
    try {
      setStart(await withStepUp(startTotp))
    } catch (error) {
      notifyError(error)
    } finally {
      setBusy(false)
    }
  }
  async function finish(code: string) {
    const { recoveryCodes } = await withStepUp(() => confirmTotp(code))
    await refetchFactors()
    notify('Your authenticator app is on.')
    if (recoveryCodes.length > 0) props.onCodes(recoveryCodes) // none where some are left
    setStart(undefined)
  }
  async function turnOff() {
    await withStepUp(removeTotp)
    await refetchFactors()
    notify('Your authenticator app is off.')
  }

  return (
    <Section
      title='Authenticator app'
      words={
        <Show
          when={props.totp}
          fallback='After your password, log-in asks for a code that an app on your phone shows. A stolen password alone then opens nothing.'
        >
          {(totp) => (
            <>
              <Tag look='ok'>On</Tag> since {formatDate(totp().createdAt, now())}. Log-in asks for
              its code after your password.
            </>
          )}
        </Show>
      }
      action={
        <Switch>
          <Match when={props.totp}>
            <Button onClick={() => setAsking(true)}>Turn off</Button>
          </Match>
          <Match when={!start()}>
            <Button isBusy={isBusy()} onClick={() => void begin()}>
              Set up
            </Button>
          </Match>
        </Switch>
      }
    >
      <Show when={!props.totp && start()}>
        {(known) => (
          <TotpSetup start={known()} onCode={finish} onLeave={() => setStart(undefined)} />
        )}
      </Show>
      <Confirm
        isOpen={isAsking()}
        title='Turn the authenticator app off?'
        actionLabel='Turn off'
        keepLabel='Keep it on'
        onConfirm={turnOff}
        onClose={() => setAsking(false)}
      >
        Your password alone then opens your account, and your recovery codes end, unless you have a
        passkey.
      </Confirm>
    </Section>
  )
}
