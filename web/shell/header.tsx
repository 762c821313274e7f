import UploadIcon from 'lucide-solid/icons/upload'
import { Show } from 'solid-js'
import { currentUser, sessionStatus } from '../api/session.ts'
import { WorkspaceSwitcher } from '../features/workspace/switcher.tsx'
import { Brand } from '../ui/brand.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { A, useLocation } from '../ui/router.ts'
import { AccountMenu } from './account-menu.tsx'
import { ThemeMenu } from './theme-menu.tsx'

const navLink =
  'py-1 hover:text-ink aria-[current=page]:text-ink aria-[current=page]:shadow-[0_2px_0_var(--action)]'

/** `isStudio`: on a phone it holds what the studio's rail holds elsewhere. */
export function Header(props: { class?: string; isStudio?: boolean }) {
  return (
    <header
      class={`sticky top-0 z-30 flex h-16 items-center gap-6 bg-bg px-gutter max-md:h-14 max-md:gap-3 ${props.class ?? ''}`}
    >
      <A href='/' class='shrink-0 rounded-tag'>
        <Brand isMark={props.isStudio ?? false} />
      </A>
      <nav aria-label='Main' class='flex gap-5 font-medium text-ink-2 max-md:hidden'>
        <A href='/' end class={navLink}>
          Home
        </A>
        <Show when={currentUser()}>
          <A href='/studio' class={navLink}>
            Studio
          </A>
        </Show>
      </nav>
      <Show when={props.isStudio}>
        <div class='flex min-w-0 flex-1'>
          <WorkspaceSwitcher isNarrow />
        </div>
      </Show>
      <div class='ml-auto flex items-center gap-1.5'>
        <Show when={sessionStatus() !== 'unknown'}>
          <Show when={currentUser()} fallback={<StrangerButtons />}>
            {(user) => (
              <>
                <ButtonLink href='/studio/upload' class='mr-1.5 max-md:hidden'>
                  <Icon of={UploadIcon} size={18} />
                  Upload
                </ButtonLink>
                <AccountMenu user={user()} />
              </>
            )}
          </Show>
        </Show>
      </div>
    </header>
  )
}

function StrangerButtons() {
  const location = useLocation()
  const next = () => {
    const isFront = ['/', '/login', '/signup'].includes(location.pathname)
    return isFront ? '' : `?next=${encodeURIComponent(location.pathname)}`
  }
  return (
    <>
      <ThemeMenu />
      <ButtonLink href={`/login${next()}`} look='quiet'>
        Log in
      </ButtonLink>
      <ButtonLink href={`/signup${next()}`} look='primary' class='max-sm:px-3'>
        Sign up
      </ButtonLink>
    </>
  )
}
