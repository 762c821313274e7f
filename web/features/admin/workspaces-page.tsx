import SearchX from 'lucide-solid/icons/search-x'
import { createSignal, For, Show } from 'solid-js'
import type { AdminWorkspace } from '#contracts/admin.ts'
import { listWorkspaces, restoreWorkspace, suspendWorkspace } from '../../api/admin.ts'
import { keys } from '../../api/query.ts'
import { createClock } from '../../ui/clock.ts'
import { formatDate } from '../../ui/format.ts'
import { usePage } from '../../ui/page.ts'
import { EmptyState } from '../../ui/state.tsx'
import { Loaded } from '../workspace/loaded.tsx'
import { createSearchedList } from './data.ts'
import { createSearch, SearchField } from './search.tsx'
import { RestoreButton, StateTag, SuspendButton, SuspendDialog } from './suspension.tsx'
import { ActionCell, Cell, More, Row, Table } from './table.tsx'

const columns = [
  { name: 'Workspace' },
  { name: 'Owner', class: 'w-[24%]' },
  { name: 'State', class: 'w-[20%]' },
  { name: 'Members', class: 'w-24' },
  { name: 'Videos', class: 'w-20' },
  { name: 'Since', class: 'w-28' },
]

export function WorkspacesPage() {
  usePage(() => 'Workspaces')
  const now = createClock()
  const search = createSearch()
  const [doomedId, setDoomedId] = createSignal<string>()
  const workspaces = createSearchedList<AdminWorkspace>({
    queryKey: keys.adminWorkspaces,
    list: listWorkspaces,
    search: search.text,
  })
  const doomed = () => workspaces.find(doomedId())

  return (
    <div class='grid gap-6'>
      <SearchField label='Search names and handles' onType={search.type} />
      <Loaded query={workspaces.query} data={workspaces.ids()} label='Loading the workspaces'>
        {(ids) => (
          <Show
            when={ids().length}
            fallback={
              <EmptyState icon={SearchX} title='No workspace like that'>
                Try another part of the name or the handle.
              </EmptyState>
            }
          >
            <div>
              <Table label='Workspaces' columns={columns}>
                <For each={ids()}>
                  {(id) => (
                    <Show when={workspaces.find(id)}>
                      {(workspace) => (
                        <WorkspaceRow
                          workspace={workspace()}
                          now={now()}
                          onSuspend={() => setDoomedId(id)}
                          onChange={workspaces.take}
                        />
                      )}
                    </Show>
                  )}
                </For>
              </Table>
              <More query={workspaces.query} />
            </div>
          </Show>
        )}
      </Loaded>
      <SuspendDialog
        name={doomed()?.name}
        words='Nobody outside sees its videos, links stop, and its members can only look.'
        onSuspend={async (reason) => workspaces.take(await suspendWorkspace(doomed()!.id, reason))}
        onClose={() => setDoomedId(undefined)}
      />
    </div>
  )
}

function WorkspaceRow(props: {
  workspace: AdminWorkspace
  now: number
  onSuspend: () => void
  onChange: (workspace: AdminWorkspace) => void
}) {
  return (
    <Row>
      <Cell>
        <p class='font-semi wrap-anywhere'>{props.workspace.name}</p>
        <p class='text-meta wrap-anywhere text-ink-3'>@{props.workspace.handle}</p>
      </Cell>
      <Cell name='Owner' class='wrap-anywhere text-ink-2'>
        {props.workspace.ownerEmail ?? 'nobody'}
      </Cell>
      <Cell>
        <StateTag of={props.workspace} />
        <Show when={props.workspace.suspendedFor}>
          <p class='mt-1 text-meta text-pretty wrap-anywhere text-ink-2'>
            {props.workspace.suspendedFor}
          </p>
        </Show>
      </Cell>
      <Cell name='Members' class='num text-ink-2'>
        {props.workspace.memberCount}
      </Cell>
      <Cell name='Videos' class='num text-ink-2'>
        {props.workspace.videoCount}
      </Cell>
      <Cell name='Since' class='num text-ink-2'>
        {formatDate(props.workspace.createdAt, props.now)}
      </Cell>
      <ActionCell>
        <Show
          when={props.workspace.suspendedAt}
          fallback={<SuspendButton name={props.workspace.name} onClick={props.onSuspend} />}
        >
          <RestoreButton
            name={props.workspace.name}
            onRestore={async () => props.onChange(await restoreWorkspace(props.workspace.id))}
          />
        </Show>
      </ActionCell>
    </Row>
  )
}
