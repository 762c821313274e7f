import { Match, Switch } from 'solid-js'
import { isAdmin, sessionStatus } from '../../api/session.ts'
import { NotFoundPage } from '../../shell/not-found-page.tsx'
import type { RouteSectionProps } from '../../ui/router.ts'
import { Bone, Skeleton } from '../../ui/state.tsx'
import { Tabs } from '../../ui/tabs.tsx'

const tabs = [
  { href: '/admin', label: 'Users' },
  { href: '/admin/workspaces', label: 'Workspaces' },
  { href: '/admin/audit', label: 'Audit log' },
]

/** For those who keep this server; for everybody else there is nothing here. */
export function AdminLayout(props: RouteSectionProps) {
  return (
    <Switch fallback={<NotFoundPage />}>
      <Match when={sessionStatus() === 'unknown'}>
        <Skeleton label='Loading' class='grid gap-6 pt-6'>
          <Bone class='h-9 w-64' />
          <Bone class='h-64 w-full' />
        </Skeleton>
      </Match>
      <Match when={isAdmin()}>
        <div class='mx-auto max-w-[1120px] pt-3'>
          <h1 class='text-headline font-semi max-md:text-title'>Administration</h1>
          <Tabs label='Administration' tabs={tabs} />
          <div class='mt-7 max-md:mt-6'>{props.children}</div>
        </div>
      </Match>
    </Switch>
  )
}
