import Film from 'lucide-solid/icons/film'
import SettingsIcon from 'lucide-solid/icons/settings'
import UploadIcon from 'lucide-solid/icons/upload'
import type { LucideProps } from 'lucide-solid'
import type { Component, JSX } from 'solid-js'
import { Match, Show, Switch } from 'solid-js'
import { currentUser, currentWorkspace, sessionStatus } from '../api/session.ts'
import { movingUploads } from '../features/upload/uploads.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Brand } from '../ui/brand.tsx'
import { Icon } from '../ui/icon.tsx'
import type { RouteSectionProps } from '../ui/router.ts'
import { A, Navigate, useLocation } from '../ui/router.ts'
import { Bone, Skeleton } from '../ui/state.tsx'
import { AccountMenu } from './account-menu.tsx'
import { Header } from './header.tsx'

/** Pages for creators: a rail at the left; strangers are sent to sign in and come back. */
export function Studio(props: RouteSectionProps) {
  const location = useLocation()
  const loginUrl = () => `/login?next=${encodeURIComponent(location.pathname)}`
  return (
    <Switch>
      <Match when={sessionStatus() === 'signed-out'}>
        <Navigate href={loginUrl()} />
      </Match>
      <Match when={true}>
        <Header class='md:hidden' />
        <div class='grid min-h-dvh md:grid-cols-[236px_minmax(0,1fr)]'>
          <Rail />
          <main
            id='main'
            tabindex={-1}
            class='w-full max-w-[1240px] px-10 pt-7 pb-24 max-md:px-4 max-md:pt-3 max-md:pb-[calc(96px+env(safe-area-inset-bottom))]'
          >
            <Show when={currentUser()} fallback={<Waiting />}>
              {props.children}
            </Show>
          </main>
        </div>
      </Match>
    </Switch>
  )
}

function Rail() {
  return (
    <nav
      aria-label='Studio'
      class='sticky top-0 flex h-dvh flex-col gap-5 border-r border-line px-4 py-5 max-md:hidden'
    >
      <A href='/' class='mx-2 rounded-tag'>
        <Brand suffix='studio' />
      </A>
      <Show when={currentWorkspace()}>
        {(workspace) => (
          <div class='flex items-center gap-2.5 rounded-[12px] border border-line bg-surface p-2'>
            <Avatar name={workspace().name} size='small' />
            <div class='min-w-0 leading-[17px]'>
              <p class='truncate font-semi'>{workspace().name}</p>
              <p class='flex gap-1 text-label text-ink-3'>
                <span class='truncate'>@{workspace().handle}</span>
                <span class='shrink-0'>· {workspace().role}</span>
              </p>
            </div>
          </div>
        )}
      </Show>
      <ul class='grid gap-0.5'>
        <RailLink href='/studio' icon={Film} label='Videos' />
        <RailLink href='/studio/upload' icon={UploadIcon} label='Uploads'>
          <Show when={movingUploads().length}>
            {(count) => (
              <span class='num ml-auto rounded-full bg-time-soft px-[7px] text-label leading-5 font-semi text-time-ink'>
                {count()} running
              </span>
            )}
          </Show>
        </RailLink>
        <RailLink href='/studio/settings' icon={SettingsIcon} label='Settings' />
      </ul>
      <div class='mt-auto'>
        <Show when={currentUser()}>{(user) => <AccountMenu user={user()} isWide />}</Show>
      </div>
    </nav>
  )
}

function RailLink(props: {
  href: string
  icon: Component<LucideProps>
  label: string
  children?: JSX.Element
}) {
  return (
    <li>
      <A
        href={props.href}
        end
        class='flex h-[38px] items-center gap-[11px] rounded-ctl px-2.5 font-medium text-ink-2 hover:bg-sunken aria-[current=page]:bg-action-soft aria-[current=page]:font-strong aria-[current=page]:text-action'
      >
        <Icon of={props.icon} size={18} />
        {props.label}
        {props.children}
      </A>
    </li>
  )
}

function Waiting() {
  return (
    <Skeleton label='Signing in' class='grid gap-6'>
      <Bone class='h-9 w-64' />
      <Bone class='h-64 w-full' />
    </Skeleton>
  )
}
