import { Show } from 'solid-js'
import type { Workspace } from '#contracts/workspace.ts'
import { usePage } from '../../ui/page.ts'
import { Bone, ErrorState, Skeleton } from '../../ui/state.tsx'
import { Match, Switch } from 'solid-js'
import { createCurrentWorkspace } from './data.ts'
import { ProfileForm } from './profile-form.tsx'
import { canEditWorkspace } from './policy.ts'
import { Section } from './section.tsx'
import { channelAddress } from './handle.ts'
import { StreamsChoice } from './streams-choice.tsx'
import { fewerRights, roleNames, roleWords } from './words.ts'
import { WorkspaceEnds } from './workspace-ends.tsx'

/** Name, address and what the channel says; handing over, leaving and deleting at the foot. */
export function GeneralPage() {
  usePage(() => 'Settings')
  const current = createCurrentWorkspace()
  return (
    <Switch>
      <Match when={current.workspace()}>
        {(workspace) => (
          <div class='grid gap-10'>
            <Section
              title='Name and address'
              lead={canEditWorkspace(current.role()) ? undefined : fewerRights(current.name())}
            >
              <Show
                when={canEditWorkspace(current.role())}
                fallback={<Facts workspace={workspace()} />}
              >
                <ProfileForm workspace={workspace()} />
              </Show>
            </Section>
            <Section
              title='Watching at once'
              lead='For private videos, and for links that name their viewer. Whoever stops on one device can go on with another half a minute later.'
            >
              <StreamsChoice workspace={workspace()} canEdit={canEditWorkspace(current.role())} />
            </Section>
            <Show when={current.role()}>
              {(role) => (
                <p class='text-list text-ink-2'>
                  Your role here: <strong class='font-semi text-ink'>{roleNames[role()]}</strong>.{' '}
                  {roleWords[role()]}
                </p>
              )}
            </Show>
            <WorkspaceEnds current={current} />
          </div>
        )}
      </Match>
      <Match when={current.query.isError}>
        <ErrorState error={current.query.error} onRetry={() => void current.query.refetch()} />
      </Match>
      <Match when={true}>
        <Skeleton label='Loading the settings' class='grid max-w-[560px] gap-6'>
          <Bone class='h-6 w-44' />
          <Bone class='h-16 w-full' />
          <Bone class='h-16 w-full' />
          <Bone class='h-32 w-full' />
        </Skeleton>
      </Match>
    </Switch>
  )
}

function Facts(props: { workspace: Workspace }) {
  return (
    <dl class='grid gap-4'>
      <Fact name='Name' value={props.workspace.name} />
      <Fact name='Address of the channel' value={channelAddress(props.workspace.handle)} />
      <Fact name='About the channel' value={props.workspace.description || 'Nothing yet.'} />
    </dl>
  )
}

function Fact(props: { name: string; value: string }) {
  return (
    <div>
      <dt class='text-meta text-ink-3'>{props.name}</dt>
      <dd class='text-list whitespace-pre-line wrap-anywhere'>{props.value}</dd>
    </div>
  )
}
