import Clock from 'lucide-solid/icons/clock'
import Link from 'lucide-solid/icons/link'
import Share2 from 'lucide-solid/icons/share-2'
import { Show } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { toClock } from '../../player/clock.ts'
import { copyText } from '../../ui/clipboard.ts'
import { Icon } from '../../ui/icon.tsx'
import { Menu, menuItemClass } from '../../ui/menu.tsx'
import { notify, notifyError } from '../../ui/toast.tsx'
import { momentPath } from './description.ts'

export const actionClass =
  'inline-flex min-h-10 items-center gap-2 rounded-ctl border border-line bg-surface px-4 ' +
  'font-semi transition-colors hover:border-edge pointer-coarse:min-h-11'

/** The video's address, or that of the moment on screen. */
export function ShareMenu(props: { video: Video; positionMs: number }) {
  async function copy(ms: number) {
    const isCopied = await copyText(location.origin + momentPath(props.video.id, ms))
    if (isCopied) notify('Link copied')
    else notifyError(new Error('The link could not be copied.'))
  }
  return (
    <Menu
      label='Share'
      triggerClass={actionClass}
      trigger={
        <>
          <Icon of={Share2} size={18} />
          Share
        </>
      }
    >
      {(close) => {
        const line = (ms: () => number) => () => {
          void copy(ms())
          close()
        }
        return (
          <>
            <button type='button' class={menuItemClass} onClick={line(() => 0)}>
              <Icon of={Link} size={18} /> Copy link
            </button>
            <button type='button' class={menuItemClass} onClick={line(() => props.positionMs)}>
              <Icon of={Clock} size={18} />
              <span class='num'>Copy link at {toClock(props.positionMs)}</span>
            </button>
            <Show when={props.video.visibility === 'private'}>
              <p class='max-w-60 px-3 py-1.5 text-meta text-ink-3'>
                This video is private: only members of {props.video.channel.name} can open the link.
              </p>
            </Show>
          </>
        )
      }}
    </Menu>
  )
}
