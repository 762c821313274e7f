import Film from 'lucide-solid/icons/film'
import SettingsIcon from 'lucide-solid/icons/settings'
import UploadIcon from 'lucide-solid/icons/upload'
import type { LucideProps } from 'lucide-solid'
import type { Component, JSX } from 'solid-js'
import { Match, Show, Switch } from 'solid-js'
import { currentUser, currentWorkspace, sessionStatus } from '../api/session.ts'
import { movingUploads } from '../features/upload/uploads.ts'
import { watchMembership } from '../features/workspace/membership-watch.ts'
import { WorkspaceSwitcher } from '../features/workspace/switcher.tsx'
import { Brand } from '../ui/brand.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import type { RouteSectionProps } from '../ui/router.ts'
import { A, Navigate, useLocation } from '../ui/router.ts'
import { Bone, EmptyState, Skeleton } from '../ui/state.tsx'
import { AccountMenu } from './account-menu.tsx'
import { Header } from './header.tsx'

/** Pages for creators: a rail at the left; strangers are sent to sign in and come back. */
export function Studio(props: RouteSectionProps) {
  const location = useLocation()
  watchMembership()
  const loginUrl = () => `/login?next=${encodeURIComponent(location.pathname)}`
  return (
    <Switch>
      <Match when={sessionStatus() === 'signed-out'}>
        <Navigate href={loginUrl()} />
      </Match>
      <Match when={true}>
        <Header class='md:hidden' isStudio />
        <div class='grid min-h-dvh grid-cols-[minmax(0,1fr)] md:grid-cols-[236px_minmax(0,1fr)]'>
          <Rail />
          <main
            id='main'
            tabindex={-1}
            class='w-full max-w-[1240px] px-10 pt-7 pb-24 max-md:px-4 max-md:pt-3 max-md:pb-[calc(96px+env(safe-area-inset-bottom))]'
          >
            <Show when={currentUser()} fallback={<Waiting />}>
              <Show when={isOfWorkspace(location.pathname)} fallback={props.children}>
                {/* Nothing that a page holds goes over from one workspace to the next. */}
                <Show when={currentWorkspace()?.id} keyed fallback={<NoWorkspace />}>
                  {(_id) => props.children}
                </Show>
              </Show>
            </Show>
          </main>
        </div>
      </Match>
    </Switch>
  )
}

const isOfWorkspace = (pathname: string) =>
  pathname.startsWith('/studio') && pathname !== '/studio/new-workspace'

function Rail() {
  return (
    <nav
      aria-label='Studio'
      class='sticky top-0 flex h-dvh flex-col gap-5 border-r border-line px-4 py-5 max-md:hidden'
    >
      <A href='/' class='mx-2 rounded-tag'>
        <Brand suffix='studio' />
      </A>
      <WorkspaceSwitcher />
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
        <RailLink href='/studio/settings' icon={SettingsIcon} label='Settings' hasPagesBelow />
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
  hasPagesBelow?: boolean
  children?: JSX.Element
}) {
  return (
    <li>
      <A
        href={props.href}
        end={!props.hasPagesBelow}
        class='flex h-[38px] items-center gap-[11px] rounded-ctl px-2.5'
        activeClass='bg-action-soft font-strong text-action'
        inactiveClass='font-medium text-ink-2 hover:bg-sunken'
      >
        <Icon of={props.icon} size={18} />
        {props.label}
        {props.children}
      </A>
    </li>
  )
}

function NoWorkspace() {
  return (
    <>
      <h1 class='sr-only'>Studio</h1>
      <EmptyState
        icon={Film}
        title='You are in no workspace'
        action={
          <ButtonLink href='/studio/new-workspace' look='primary'>
            New workspace
          </ButtonLink>
        }
      >
        Videos live in a workspace. Make one of your own, or ask for an invitation to another.
      </EmptyState>
    </>
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
