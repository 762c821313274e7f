import { createEffect, createSignal, Match, on, Show, Switch } from 'solid-js'
import { Banner, Note } from '../../shell/form.tsx'
import { usePage } from '../../ui/page.ts'
import { useSearchParams } from '../../ui/router.ts'
import { ErrorState } from '../../ui/state.tsx'
import { outsideWords } from '../auth/outside-words.ts'
import { SectionBones } from './account-pages.tsx'
import { createFactors } from './data.ts'
import { OutsideSection } from './outside-section.tsx'
import { PasskeySection } from './passkey-section.tsx'
import { PasswordSection } from './password-section.tsx'
import { RecoverySection } from './recovery-section.tsx'
import { SessionSection } from './session-section.tsx'
import { TotpSection } from './totp-section.tsx'

/** How one signs in, and where one is signed in. */
export function SecurityPage() {
  usePage(() => 'Security')
  const query = createFactors()
  /** Shown once, of the app or of a renewal; this page alone knows them. */
  const [newCodes, setNewCodes] = createSignal<string[]>()
  return (
    <>
      <h1 class='mb-6 text-headline font-semi max-md:text-title'>Security</h1>
      <Outcome />
      <Switch>
        <Match when={query.isPending}>
          <SectionBones label='Loading how you sign in' />
        </Match>
        <Match when={query.isLoadingError}>
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        </Match>
        <Match when={query.data}>
          {(factors) => (
            <>
              <PasskeySection passkeys={factors().passkeys} />
              <PasswordSection hasPassword={factors().hasPassword} />
              <TotpSection totp={factors().totp} onCodes={setNewCodes} />
              <Show when={newCodes() ?? factors().totp ?? factors().passkeys.length}>
                <RecoverySection
                  left={factors().recoveryCodesLeft}
                  newCodes={newCodes()}
                  onCodes={setNewCodes}
                />
              </Show>
              <OutsideSection linked={factors().outside} />
            </>
          )}
        </Match>
      </Switch>
      <SessionSection />
    </>
  )
}

/** What came of a link with another service; told once, so not after a reload. */
function Outcome() {
  const [search, setSearch] = useSearchParams()
  const [outcome, setOutcome] = createSignal<string>()
  createEffect(
    on(
      () => search.outside,
      (value) => {
        if (typeof value !== 'string') return
        setOutcome(value)
        setSearch({ outside: undefined }, { replace: true })
      },
    ),
  )
  return (
    <div class='mb-5 empty:hidden'>
      <Show when={outcome()}>
        {(known) => (
          <Show when={known() === 'linked'} fallback={<Banner text={outsideWords(known())} />}>
            <Note>{outsideWords(known())}</Note>
          </Show>
        )}
      </Show>
    </div>
  )
}
