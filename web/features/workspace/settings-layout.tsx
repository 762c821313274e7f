import { Show } from 'solid-js'
import { currentWorkspace } from '../../api/session.ts'
import type { RouteSectionProps } from '../../ui/router.ts'
import { Tabs } from '../../ui/tabs.tsx'
import { createCurrentWorkspace } from './data.ts'

const tabs = [
  { href: '/studio/settings', label: 'General' },
  { href: '/studio/settings/converting', label: 'Converting' },
  { href: '/studio/settings/members', label: 'Members' },
  { href: '/studio/settings/keys', label: 'API keys' },
  { href: '/studio/settings/signing-keys', label: 'Signing keys' },
  { href: '/studio/settings/audit', label: 'Audit log' },
]

/** What surrounds the settings of a workspace. */
export function SettingsLayout(props: RouteSectionProps) {
  return (
    <>
      <h1 class='text-headline font-semi max-md:text-title'>Settings</h1>
      <Tabs label='Settings' tabs={tabs} />
      <Show when={currentWorkspace()}>
        <Suspended />
      </Show>
      <div class='mt-7 max-w-[820px] max-md:mt-6'>{props.children}</div>
    </>
  )
}

function Suspended() {
  const current = createCurrentWorkspace()
  return (
    <Show when={current.workspace()?.isSuspended}>
      <p class='mt-6 max-w-[820px] rounded-ctl bg-danger-soft px-3.5 py-2.5 font-medium text-danger'>
        {current.name()} has been suspended by those who keep this server: its videos are hidden,
        and you can only look.
      </p>
    </Show>
  )
}
