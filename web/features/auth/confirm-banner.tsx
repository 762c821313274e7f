import MailCheck from 'lucide-solid/icons/mail-check'
import { Show } from 'solid-js'
import { currentUser } from '../../api/session.ts'
import { Icon } from '../../ui/icon.tsx'
import { A, useLocation } from '../../ui/router.ts'
import { SendLinkAgain } from './send-link-again.tsx'

const rooms = ['/studio', '/account']

/** Where people work, it says what stands between them and publishing. */
export function ConfirmBanner() {
  const place = useLocation()
  const isShown = () =>
    currentUser()?.isEmailVerified === false &&
    rooms.some((room) => place.pathname === room || place.pathname.startsWith(`${room}/`))
  return (
    <Show when={isShown()}>
      <aside
        aria-label='Your address is not confirmed'
        class='flex flex-wrap items-center gap-x-4 gap-y-1.5 sm:justify-center border-b border-line bg-surface px-gutter py-2'
      >
        <p class='flex min-w-0 items-center gap-2.5'>
          <Icon of={MailCheck} size={18} class='text-action' />
          <span class='min-w-0 text-pretty wrap-anywhere'>
            Confirm <strong class='font-semi'>{currentUser()?.email}</strong> to publish. We sent a
            link there.
          </span>
        </p>
        <div class='flex items-center gap-4 max-sm:pl-7'>
          <SendLinkAgain label='Send again' size='small' />
          <A href='/account#email' class='link'>
            Change it
          </A>
        </div>
      </aside>
    </Show>
  )
}
