import { useQuery } from '@tanstack/solid-query'
import type { JSX } from 'solid-js'
import { createSignal, Match, onCleanup, onMount, Show, Switch } from 'solid-js'
import { hasCode } from '../../api/error.ts'
import type { InvitationOffer } from '../../api/member.ts'
import { lookAtInvitation } from '../../api/member.ts'
import { keys } from '../../api/query.ts'
import { currentUser, sessionStatus } from '../../api/session.ts'
import { BrandMark } from '../../ui/brand.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { usePage } from '../../ui/page.ts'
import { Bone, ErrorState, Skeleton } from '../../ui/state.tsx'
import { dropToken, takeToken } from './invitation-token.ts'
import { Offer } from './join-offer.tsx'

/** Where the link of an invitation leads. */
export function JoinPage() {
  usePage(() => 'Invitation')
  const [token, setToken] = createSignal(takeToken())
  // Another invitation opened in this tab changes the fragment and nothing else.
  const retake = () => setToken(takeToken())
  onMount(() => addEventListener('hashchange', retake))
  onCleanup(() => removeEventListener('hashchange', retake))

  return (
    <div class='mx-auto grid max-w-[440px] gap-6 pt-[8vh] max-md:pt-8'>
      <BrandMark class='size-11! rounded-frame!' />
      <Show
        when={token()}
        keyed
        fallback={
          <Ended title='This link is not complete'>
            Open the whole link of the invitation, as it stands in the mail or the message.
          </Ended>
        }
      >
        {(known) => <Invitation token={known} />}
      </Show>
    </div>
  )
}

function Invitation(props: { token: string }) {
  const offer = useQuery(() => ({
    queryKey: keys.invitationOffer(props.token, currentUser()?.id),
    queryFn: ({ signal }) => lookAtInvitation(props.token, signal),
    enabled: sessionStatus() !== 'unknown',
    staleTime: 0,
  }))
  const known = (): InvitationOffer | undefined => (offer.isSuccess ? offer.data : undefined)
  return (
    <Switch>
      <Match when={hasCode(offer.error, 'link_ended', 'invalid_fields', 'invalid_request')}>
        <Ended title='This invitation has ended' onShown={dropToken}>
          It was used, taken back, or is older than a week. Ask whoever sent it for another.
        </Ended>
      </Match>
      <Match when={offer.isError}>
        <ErrorState error={offer.error} onRetry={() => void offer.refetch()} />
      </Match>
      <Match when={known()}>{(one) => <Offer offer={one()} token={props.token} />}</Match>
      <Match when={true}>
        <Skeleton label='Loading the invitation' class='grid gap-4'>
          <Bone class='h-9 w-72' />
          <Bone class='h-5 w-full' />
          <Bone class='h-10 w-40' />
        </Skeleton>
      </Match>
    </Switch>
  )
}

function Ended(props: { title: string; children: JSX.Element; onShown?: () => void }) {
  onMount(() => props.onShown?.())
  return (
    <>
      <div class='grid gap-2'>
        <h1 class='text-headline font-semi max-md:text-title'>{props.title}</h1>
        <p class='text-read text-pretty text-ink-2'>{props.children}</p>
      </div>
      <ButtonLink href='/' class='justify-self-start'>
        To the newest videos
      </ButtonLink>
    </>
  )
}
