import Clapperboard from 'lucide-solid/icons/clapperboard'
import House from 'lucide-solid/icons/house'
import Plus from 'lucide-solid/icons/plus'
import type { LucideProps } from 'lucide-solid'
import type { Component } from 'solid-js'
import { Show } from 'solid-js'
import { currentUser } from '../api/session.ts'
import { Icon } from '../ui/icon.tsx'
import { A } from '../ui/router.ts'

/** The thumb's navigation on narrow screens. */
export function TabBar() {
  return (
    <Show when={currentUser()}>
      <nav
        aria-label='Main, at the foot'
        class='fixed inset-x-0 bottom-0 z-30 grid grid-cols-3 border-t border-line bg-bg pb-[env(safe-area-inset-bottom)] md:hidden'
      >
        <Tab href='/' label='Home' icon={House} isExact />
        <A
          href='/studio/upload'
          class='grid h-14 place-items-center'
          aria-label='Upload'
          activeClass=''
        >
          <span class='grid h-10 w-14 place-items-center rounded-ctl bg-action text-on-action'>
            <Icon of={Plus} size={22} />
          </span>
        </A>
        <Tab href='/studio' label='Studio' icon={Clapperboard} isExact />
      </nav>
    </Show>
  )
}

function Tab(props: {
  href: string
  label: string
  icon: Component<LucideProps>
  isExact?: boolean
}) {
  return (
    <A
      href={props.href}
      end={props.isExact ?? false}
      class='grid h-14 content-center justify-items-center gap-0.5 text-label font-semi text-ink-3 aria-[current=page]:text-action'
    >
      <Icon of={props.icon} size={22} />
      {props.label}
    </A>
  )
}
