import { useQuery } from '@tanstack/solid-query'
import LinkIcon from 'lucide-solid/icons/link-2'
import Mail from 'lucide-solid/icons/mail'
import { For, Show } from 'solid-js'
import type { Invitation } from '#contracts/member.ts'
import type { Invitations as List } from '../../api/member.ts'
import { listInvitations, revokeInvitation } from '../../api/member.ts'
import { hasCode } from '../../api/error.ts'
import { keys, queryClient } from '../../api/query.ts'
import { Button } from '../../ui/button.tsx'
import { createClock } from '../../ui/clock.ts'
import { keepFocus } from '../../ui/focus.ts'
import { formatDateTime, formatRelative, plural } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { notify, notifyError } from '../../ui/toast.tsx'
import type { CurrentWorkspace } from './data.ts'
import { Loaded } from './loaded.tsx'
import { Section } from './section.tsx'
import { asRole } from './words.ts'

/** What can still be accepted, and may be taken back. */
export function Invitations(props: { current: CurrentWorkspace }) {
  const { id } = props.current
  const queryKey = keys.invitations(id)
  const now = createClock()
  const list = useQuery(() => ({
    queryKey,
    queryFn: ({ signal }) => listInvitations(id, signal),
  }))
  const items = () => (list.isPending || list.isLoadingError ? undefined : list.data.items)

  async function revoke(invitation: Invitation) {
    await queryClient.cancelQueries({ queryKey })
    const before = queryClient.getQueryData<List>(queryKey)
    const isOther = (one: Invitation) => one.id !== invitation.id
    queryClient.setQueryData<List>(
      queryKey,
      (data) => data && { items: data.items.filter(isOther) },
    )
    try {
      await revokeInvitation(id, invitation.id)
      notify('The invitation is taken back.')
    } catch (error) {
      // Used or ended meanwhile: it is gone as well.
      if (!hasCode(error, 'not_found')) queryClient.setQueryData(queryKey, before)
      notifyError(error)
    }
  }

  return (
    <Section title='Open invitations'>
      <Loaded
        query={list}
        data={items()}
        label='Loading the invitations'
        refusal='You may not see invitations here any more.'
      >
        {(all) => (
          <Show
            when={all().length}
            fallback={
              <p class='text-list text-ink-2'>
                None. What you send or make above stands here until it is used or ends.
              </p>
            }
          >
            <ul class='divide-y divide-line border-y border-line'>
              <For each={all()}>
                {(invitation) => (
                  <Row
                    invitation={invitation}
                    now={now()}
                    onRevoke={() => void revoke(invitation)}
                  />
                )}
              </For>
            </ul>
          </Show>
        )}
      </Loaded>
    </Section>
  )
}

function Row(props: { invitation: Invitation; now: number; onRevoke: () => void }) {
  const name = () =>
    props.invitation.email ??
    `A link for ${plural(props.invitation.usesLeft, 'more person', 'more people')}`
  return (
    <li ref={keepFocus} class='flex items-center gap-3 py-2.5'>
      <span class='grid size-9 shrink-0 place-items-center rounded-full bg-sunken text-ink-2'>
        <Icon of={props.invitation.email ? Mail : LinkIcon} size={18} />
      </span>
      <div class='min-w-0 flex-1'>
        <p class='font-semi wrap-anywhere'>{name()}</p>
        <p class='text-meta text-ink-3'>
          {sentence(props.invitation, props.now)},{' '}
          <time datetime={props.invitation.endsAt} title={formatDateTime(props.invitation.endsAt)}>
            ends {formatRelative(props.invitation.endsAt, props.now)}
          </time>
        </p>
      </div>
      <Button
        look='quiet'
        size='small'
        aria-label={`Revoke the invitation: ${name()}`}
        onClick={() => props.onRevoke()}
      >
        Revoke
      </Button>
    </li>
  )
}

const sentence = ({ role, invitedBy, createdAt }: Invitation, now: number): string =>
  `Joins ${asRole[role]}, invited by ${invitedBy} ${formatRelative(createdAt, now)}`
