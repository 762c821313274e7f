import SearchX from 'lucide-solid/icons/search-x'
import { createSignal, For, Show } from 'solid-js'
import type { AdminUser } from '#contracts/admin.ts'
import { listUsers, restoreUser, suspendUser } from '../../api/admin.ts'
import { keys } from '../../api/query.ts'
import { currentUser } from '../../api/session.ts'
import { createClock } from '../../ui/clock.ts'
import { formatDate, formatRelative } from '../../ui/format.ts'
import { usePage } from '../../ui/page.ts'
import { EmptyState } from '../../ui/state.tsx'
import { Loaded } from '../workspace/loaded.tsx'
import { Tag } from '../../ui/tag.tsx'
import { createSearchedList } from './data.ts'
import { createSearch, SearchField } from './search.tsx'
import { RestoreButton, StateTag, SuspendButton, SuspendDialog } from './suspension.tsx'
import { ActionCell, Cell, More, Row, Table } from './table.tsx'

const columns = [
  { name: 'Account' },
  { name: 'State', class: 'w-[26%]' },
  { name: 'Workspaces', class: 'w-28' },
  { name: 'Last seen', class: 'w-32' },
  { name: 'Since', class: 'w-28' },
]

export function UsersPage() {
  usePage(() => 'Users')
  const now = createClock()
  const search = createSearch()
  const [doomedId, setDoomedId] = createSignal<string>()
  const users = createSearchedList<AdminUser>({
    queryKey: keys.adminUsers,
    list: listUsers,
    search: search.text,
  })
  const doomed = () => users.find(doomedId())

  return (
    <div class='grid gap-6'>
      <SearchField label='Search names and addresses' onType={search.type} />
      <Loaded query={users.query} data={users.ids()} label='Loading the users'>
        {(ids) => (
          <Show
            when={ids().length}
            fallback={
              <EmptyState icon={SearchX} title='Nobody like that'>
                Try another part of the name or the address.
              </EmptyState>
            }
          >
            <div>
              <Table label='Users' columns={columns}>
                <For each={ids()}>
                  {(id) => (
                    <Show when={users.find(id)}>
                      {(user) => (
                        <UserRow
                          user={user()}
                          now={now()}
                          onSuspend={() => setDoomedId(id)}
                          onChange={users.take}
                        />
                      )}
                    </Show>
                  )}
                </For>
              </Table>
              <More query={users.query} />
            </div>
          </Show>
        )}
      </Loaded>
      <SuspendDialog
        name={doomed()?.displayName}
        words='They are signed out everywhere at once, and their API keys stop. Their videos stay.'
        onSuspend={async (reason) => users.take(await suspendUser(doomed()!.id, reason))}
        onClose={() => setDoomedId(undefined)}
      />
    </div>
  )
}

function UserRow(props: {
  user: AdminUser
  now: number
  onSuspend: () => void
  onChange: (user: AdminUser) => void
}) {
  const isMe = () => props.user.id === currentUser()?.id
  return (
    <Row>
      <Cell>
        <p class='flex items-center gap-2'>
          <span class='font-semi wrap-anywhere'>{props.user.displayName}</span>
          <Show when={isMe()}>
            <Tag>you</Tag>
          </Show>
        </p>
        <p class='text-meta wrap-anywhere text-ink-3'>{props.user.email}</p>
      </Cell>
      <Cell>
        <p class='flex flex-wrap gap-1.5'>
          <StateTag of={props.user} />
          <Show when={!props.user.isEmailVerified}>
            <Tag look='time'>Address not confirmed</Tag>
          </Show>
          <Show when={props.user.hasSecondFactor}>
            <Tag>Second factor</Tag>
          </Show>
        </p>
        <Show when={props.user.suspendedFor}>
          <p class='mt-1 text-meta text-pretty wrap-anywhere text-ink-2'>
            {props.user.suspendedFor}
          </p>
        </Show>
      </Cell>
      <Cell name='Workspaces' class='num text-ink-2'>
        {props.user.workspaceCount}
      </Cell>
      <Cell name='Last seen' class='num text-ink-2'>
        {props.user.lastSeenAt ? formatRelative(props.user.lastSeenAt, props.now) : 'never'}
      </Cell>
      <Cell name='Since' class='num text-ink-2'>
        {formatDate(props.user.createdAt, props.now)}
      </Cell>
      <ActionCell>
        <Show
          when={props.user.suspendedAt}
          fallback={
            <Show when={!isMe()}>
              <SuspendButton name={props.user.displayName} onClick={props.onSuspend} />
            </Show>
          }
        >
          <RestoreButton
            name={props.user.displayName}
            onRestore={async () => props.onChange(await restoreUser(props.user.id))}
          />
        </Show>
      </ActionCell>
    </Row>
  )
}
