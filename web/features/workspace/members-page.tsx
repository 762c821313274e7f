import { useQuery } from '@tanstack/solid-query'
import { Show } from 'solid-js'
import { listMembers } from '../../api/member.ts'
import { keys } from '../../api/query.ts'
import { plural } from '../../ui/format.ts'
import { usePage } from '../../ui/page.ts'
import { createCurrentWorkspace } from './data.ts'
import { Invitations } from './invitations.tsx'
import { InviteForms } from './invite-forms.tsx'
import { Loaded } from './loaded.tsx'
import { MemberList } from './member-list.tsx'
import { canInvite } from './policy.ts'
import { Section } from './section.tsx'

export function MembersPage() {
  usePage(() => 'Members')
  const current = createCurrentWorkspace()
  const members = useQuery(() => ({
    queryKey: keys.members(current.id),
    queryFn: ({ signal }) => listMembers(current.id, signal),
  }))
  const items = () => (members.isPending || members.isLoadingError ? undefined : members.data.items)
  const title = () => {
    const count = items()?.length
    return count === undefined ? 'Members' : plural(count, 'member')
  }

  return (
    <div class='grid gap-12'>
      <Section
        title={title()}
        lead={
          canInvite(current.role())
            ? undefined
            : `Owners and admins of ${current.name()} invite people and choose what each may do.`
        }
      >
        <Loaded query={members} data={items()} label='Loading the members'>
          {(all) => <MemberList current={current} members={all()} />}
        </Loaded>
      </Section>
      <Show when={canInvite(current.role())}>
        <InviteForms current={current} />
        <Invitations current={current} />
      </Show>
    </div>
  )
}
