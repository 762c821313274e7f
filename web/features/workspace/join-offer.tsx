import { useQueryClient } from '@tanstack/solid-query'
import { Match, Show, Switch } from 'solid-js'
import type { InvitationOffer } from '../../api/member.ts'
import { acceptInvitation } from '../../api/member.ts'
import { chooseWorkspace, currentUser, reloadMe, logout } from '../../api/session.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { createClock } from '../../ui/clock.ts'
import { formatRelative } from '../../ui/format.ts'
import { useNavigate } from '../../ui/router.ts'
import { notify, notifyError } from '../../ui/toast.tsx'
import { createAttempt } from './attempt.ts'
import { Banner } from '../../shell/form.tsx'
import { dropToken } from './invitation-token.ts'
import { asRole, roleWords } from './words.ts'

export function Offer(props: { offer: InvitationOffer; token: string }) {
  const now = createClock()
  return (
    <>
      <div class='grid gap-2'>
        <h1 class='text-headline font-semi wrap-anywhere max-md:text-title'>
          Join {props.offer.workspaceName}
        </h1>
        <p class='text-read text-pretty text-ink-2'>
          {props.offer.invitedBy} invites you to join {asRole[props.offer.role]}.{' '}
          {roleWords[props.offer.role]}
        </p>
        <p class='text-meta text-ink-3'>
          The invitation ends {formatRelative(props.offer.endsAt, now())}
          <Show when={props.offer.email}>{(email) => <> and is for {email()} alone</>}</Show>.
        </p>
      </div>
      <Switch>
        <Match when={!currentUser()}>
          <StrangerWays email={props.offer.email} />
        </Match>
        <Match when={props.offer.isMember}>
          <div class='grid justify-items-start gap-4'>
            <p class='text-read'>You are a member of {props.offer.workspaceName} already.</p>
            <ButtonLink href='/studio' look='primary'>
              To the studio
            </ButtonLink>
          </div>
        </Match>
        <Match when={props.offer.isForMe === false}>
          <WrongAccount email={props.offer.email} />
        </Match>
        <Match when={true}>
          <Accept token={props.token} offer={props.offer} />
        </Match>
      </Switch>
    </>
  )
}

function StrangerWays(props: { email: string | null }) {
  return (
    <div class='grid gap-4'>
      <p class='text-read text-pretty'>
        <Show when={props.email} fallback='Sign in, or make an account, to accept it.'>
          {(email) => (
            <>
              Sign in, or make an account, with <strong class='font-semi'>{email()}</strong> to
              accept it.
            </>
          )}
        </Show>
      </p>
      <div class='flex flex-wrap gap-2'>
        <ButtonLink href='/login?next=/join' look='primary'>
          Log in
        </ButtonLink>
        <ButtonLink href='/signup?next=/join'>Sign up</ButtonLink>
      </div>
    </div>
  )
}

function WrongAccount(props: { email: string | null }) {
  const attempt = createAttempt()
  async function signOut() {
    if (!(await attempt.run(logout))) notifyError(new Error(attempt.banner()))
  }
  return (
    <div class='grid justify-items-start gap-4'>
      <p class='text-read text-pretty wrap-anywhere'>
        This invitation is for <strong class='font-semi'>{props.email ?? 'somebody else'}</strong>;
        you are signed in as <strong class='font-semi'>{currentUser()?.email}</strong>.
      </p>
      <Button look='primary' isBusy={attempt.isBusy()} onClick={() => void signOut()}>
        Sign out
      </Button>
    </div>
  )
}

function Accept(props: { token: string; offer: InvitationOffer }) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const attempt = createAttempt()

  async function accept() {
    const isDone = await attempt.run(async () => {
      const { id, name } = await acceptInvitation(props.token)
      dropToken()
      await reloadMe()
      chooseWorkspace(id)
      navigate('/studio')
      notify(`You are in ${name} now.`)
    })
    // Ended, or taken by somebody else meanwhile: show what is true.
    if (!isDone) void queries.invalidateQueries({ queryKey: ['invitation-offer'] })
  }

  return (
    <div class='grid justify-items-start gap-4'>
      <Banner text={attempt.banner()} />
      <div class='flex flex-wrap gap-2'>
        <Button look='primary' isBusy={attempt.isBusy()} onClick={() => void accept()}>
          Join {props.offer.workspaceName}
        </Button>
        <ButtonLink href='/' look='quiet'>
          Not now
        </ButtonLink>
      </div>
    </div>
  )
}
