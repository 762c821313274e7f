import ShieldCheck from 'lucide-solid/icons/shield-check'
import UserRound from 'lucide-solid/icons/user-round'
import type { LucideProps } from 'lucide-solid'
import type { Component } from 'solid-js'
import { Match, Show, Switch } from 'solid-js'
import { currentUser, sessionStatus } from '../../api/session.ts'
import { Icon } from '../../ui/icon.tsx'
import type { RouteSectionProps } from '../../ui/router.ts'
import { A, Navigate, useLocation } from '../../ui/router.ts'
import { Bone, Skeleton } from '../../ui/state.tsx'

/** What belongs to a person and to no workspace. Strangers are sent to log in and come back. */
export function AccountPages(props: RouteSectionProps) {
  const place = useLocation()
  const loginUrl = () => `/login?next=${encodeURIComponent(place.pathname)}`
  return (
    <Switch>
      <Match when={sessionStatus() === 'signed-out'}>
        <Navigate href={loginUrl()} />
      </Match>
      <Match when={true}>
        <div class='mx-auto grid max-w-[960px] gap-x-12 gap-y-4 pt-5 md:grid-cols-[180px_minmax(0,1fr)] max-md:pt-1'>
          <nav aria-label='Account'>
            <ul class='flex gap-1 md:sticky md:top-20 md:grid'>
              <Place href='/account' label='Account' icon={UserRound} />
              <Place href='/account/security' label='Security' icon={ShieldCheck} />
            </ul>
          </nav>
          <div class='min-w-0'>
            <Show when={currentUser()} fallback={<SectionBones label='Signing in' />}>
              {props.children}
            </Show>
          </div>
        </div>
      </Match>
    </Switch>
  )
}

function Place(props: { href: string; label: string; icon: Component<LucideProps> }) {
  return (
    <li>
      <A
        href={props.href}
        end
        class='flex h-10 items-center gap-2.5 rounded-ctl px-3 font-medium text-ink-2 hover:bg-sunken aria-[current=page]:bg-action-soft aria-[current=page]:font-strong aria-[current=page]:text-action pointer-coarse:h-11'
      >
        <Icon of={props.icon} size={18} />
        {props.label}
      </A>
    </li>
  )
}

export function SectionBones(props: { label: string }) {
  return (
    <Skeleton label={props.label} class='grid gap-6'>
      <Bone class='h-9 w-56' />
      <Bone class='h-28 w-full' />
      <Bone class='h-28 w-full' />
      <Bone class='h-28 w-full' />
    </Skeleton>
  )
}
