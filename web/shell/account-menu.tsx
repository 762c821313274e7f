import Clapperboard from 'lucide-solid/icons/clapperboard'
import CodeXml from 'lucide-solid/icons/code-xml'
import LogOut from 'lucide-solid/icons/log-out'
import ServerCog from 'lucide-solid/icons/server-cog'
import SettingsIcon from 'lucide-solid/icons/settings'
import ShieldCheck from 'lucide-solid/icons/shield-check'
import UploadIcon from 'lucide-solid/icons/upload'
import UserRound from 'lucide-solid/icons/user-round'
import { Show } from 'solid-js'
import type { User } from '#contracts/auth.ts'
import { isAdmin, logout } from '../api/session.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { Menu, menuItemClass } from '../ui/menu.tsx'
import { A, useNavigate } from '../ui/router.ts'
import { ThemeSwitch } from '../ui/theme-switch.tsx'
import { notify, notifyError } from '../ui/toast.tsx'

/** `isWide` shows the name beside the letter: the foot of the studio's rail. */
export function AccountMenu(props: { user: User; isWide?: boolean }) {
  const navigate = useNavigate()

  async function signOut() {
    try {
      await logout()
      notify('You are signed out.')
      navigate('/')
    } catch (error) {
      notifyError(error)
    }
  }

  return (
    <Menu
      label={props.isWide ? undefined : `Account of ${props.user.displayName}`}
      triggerClass={
        props.isWide
          ? 'flex w-full items-center gap-2.5 rounded-frame p-2 text-left hover:bg-sunken'
          : 'grid size-10 place-items-center rounded-full pointer-coarse:size-11'
      }
      trigger={
        <>
          <Avatar name={props.user.displayName} url={props.user.avatarUrl} size='small' />
          <Show when={props.isWide}>
            <span class='min-w-0 leading-[17px]'>
              <span class='block truncate font-semi'>{props.user.displayName}</span>
              <span class='block truncate text-label text-ink-3'>{props.user.email}</span>
            </span>
          </Show>
        </>
      }
    >
      {(close) => (
        <>
          <div class='px-3 pt-2 pb-2.5'>
            <p class='truncate font-semi'>{props.user.displayName}</p>
            <p class='truncate text-meta text-ink-3'>{props.user.email}</p>
          </div>
          <hr class='mb-1.5 border-line' />
          <A href='/studio' end class={menuItemClass} onClick={close}>
            <Icon of={Clapperboard} size={18} /> Studio
          </A>
          <A href='/studio/upload' class={menuItemClass} onClick={close}>
            <Icon of={UploadIcon} size={18} /> Upload
          </A>
          <A href='/studio/settings' class={menuItemClass} onClick={close}>
            <Icon of={SettingsIcon} size={18} /> Settings
          </A>
          <A href='/account' end class={menuItemClass} onClick={close}>
            <Icon of={UserRound} size={18} /> Account
          </A>
          <A href='/account/security' class={menuItemClass} onClick={close}>
            <Icon of={ShieldCheck} size={18} /> Security
          </A>
          <Show when={isAdmin()}>
            <A href='/admin' class={menuItemClass} onClick={close}>
              <Icon of={ServerCog} size={18} /> Administration
            </A>
          </Show>
          <A href='/api/docs' class={menuItemClass} onClick={close}>
            <Icon of={CodeXml} size={18} /> API
          </A>
          <hr class='my-1.5 border-line' />
          <div class='px-1.5 pb-1.5'>
            <p class='px-1.5 pb-1.5 text-meta text-ink-3'>Colours</p>
            <ThemeSwitch />
          </div>
          <hr class='my-1.5 border-line' />
          <button type='button' class={menuItemClass} onClick={() => void signOut()}>
            <Icon of={LogOut} size={18} /> Sign out
          </button>
        </>
      )}
    </Menu>
  )
}
