import { createSignal, Match, onMount, Show, Switch } from 'solid-js'
import { confirmEmail, type EmailOutcome } from '../../api/account.ts'
import { hasCode } from '../../api/error.ts'
import { currentUser, reloadMe } from '../../api/session.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Banner } from '../../shell/form.tsx'
import { usePage } from '../../ui/page.ts'
import { problemText } from '../../api/problem.ts'
import { Bone, Skeleton } from '../../ui/state.tsx'
import { AuthFrame } from './auth-frame.tsx'
import { useFragment } from './fragment.ts'
import { SendLinkAgain } from './send-link-again.tsx'

type State =
  | { at: 'waiting' }
  | { at: 'done'; outcome: EmailOutcome }
  | { at: 'failed'; token: string; error: unknown }
  | { at: 'ended' }

/** Where the links of mails that confirm an address lead: `/verify#token=…`. */
export function VerifyPage() {
  usePage(() => 'Confirm your address')
  const [state, setState] = createSignal<State>({ at: 'waiting' })
  let hasToken = false

  async function use(token: string) {
    setState({ at: 'waiting' })
    try {
      const { outcome } = await confirmEmail(token)
      setState({ at: 'done', outcome })
      if (currentUser()) await reloadMe().catch(() => undefined)
    } catch (error) {
      setState(hasCode(error, 'link_ended') ? { at: 'ended' } : { at: 'failed', token, error })
    }
  }
  useFragment((fields) => {
    hasToken = true
    void use(fields.get('token') ?? '')
  })
  onMount(() => queueMicrotask(() => !hasToken && setState({ at: 'ended' })))

  const done = () => stateAt(state(), 'done')
  const failed = () => stateAt(state(), 'failed')
  return (
    <Switch
      fallback={
        <AuthFrame title='Confirming your address'>
          <Skeleton label='One moment' class='grid gap-3'>
            <Bone class='h-6 w-full' />
            <Bone class='h-10 w-40' />
          </Skeleton>
        </AuthFrame>
      }
    >
      <Match when={done()}>{(known) => <Done outcome={known().outcome} />}</Match>
      <Match when={failed()}>
        {(known) => (
          <AuthFrame title='Not confirmed yet'>
            <Banner text={problemText(known().error)} />
            <Button onClick={() => void use(known().token)}>Try again</Button>
          </AuthFrame>
        )}
      </Match>
      <Match when={state().at === 'ended'}>
        <Ended />
      </Match>
    </Switch>
  )
}

const stateAt = <At extends State['at']>(state: State, at: At) =>
  state.at === at ? (state as Extract<State, { at: At }>) : undefined

const titles: Record<EmailOutcome, string> = {
  verified: 'Your address is confirmed',
  waiting: 'One of two is done',
  changed: 'Your address has changed',
}
const leads: Record<EmailOutcome, string> = {
  verified: 'You can publish now.',
  waiting:
    'The other address has a link, too. Your address changes once both were opened; until then the old one stays.',
  changed: 'From now on you log in with the new address, and mails go there.',
}

function Done(props: { outcome: EmailOutcome }) {
  return (
    <AuthFrame title={titles[props.outcome]} lead={leads[props.outcome]}>
      <div>
        <Show
          when={currentUser()}
          fallback={
            <ButtonLink href='/login' look='primary'>
              Log in
            </ButtonLink>
          }
        >
          <ButtonLink href={props.outcome === 'verified' ? '/studio' : '/account'} look='primary'>
            {props.outcome === 'verified' ? 'To the studio' : 'To your account'}
          </ButtonLink>
        </Show>
      </div>
    </AuthFrame>
  )
}

function Ended() {
  const user = currentUser
  return (
    <Switch
      fallback={
        <AuthFrame
          title='This link has ended'
          lead='It was used already, or it is too old. Log in: if your address is not confirmed yet, you can send a new link from there.'
        >
          <div>
            <ButtonLink href='/login' look='primary'>
              Log in
            </ButtonLink>
          </div>
        </AuthFrame>
      }
    >
      <Match when={user()?.isEmailVerified}>
        <AuthFrame
          title='This link has ended'
          lead={`It was used already, or it is too old. ${user()?.email} is confirmed.`}
        >
          <div>
            <ButtonLink href='/account'>To your account</ButtonLink>
          </div>
        </AuthFrame>
      </Match>
      <Match when={user()}>
        {(known) => (
          <AuthFrame
            title='This link has ended'
            lead={`It is too old, or a newer one took its place. We can send another to ${known().email}.`}
          >
            <div>
              <SendLinkAgain look='primary' label='Send a new link' />
            </div>
          </AuthFrame>
        )}
      </Match>
    </Switch>
  )
}
