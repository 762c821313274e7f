import Ellipsis from 'lucide-solid/icons/ellipsis'
import Pencil from 'lucide-solid/icons/pencil'
import Scissors from 'lucide-solid/icons/scissors'
import Unlink from 'lucide-solid/icons/unlink'
import { Show } from 'solid-js'
import type { Link } from '#contracts/link.ts'
import { iconButtonClass } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { keepFocus } from '../../ui/focus.ts'
import { formatDate, formatDateTime } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { Menu, menuItemClass } from '../../ui/menu.tsx'
import { A } from '../../ui/router.ts'
import { Tag } from '../../ui/tag.tsx'
import { sharePartPath } from './share-part-page.tsx'
import { limitWords, stateWords } from './words.ts'

export function LinkRow(props: {
  link: Link
  now: number
  onRevoke: () => void
  onRename: () => void
}) {
  return (
    <li ref={keepFocus} class='flex items-center gap-2 py-3'>
      <div class='grid min-w-0 flex-1 gap-0.5'>
        <p class='flex flex-wrap items-baseline gap-x-2.5'>
          <span
            class='font-semi wrap-anywhere'
            classList={{ 'text-ink-2': props.link.state !== 'live' }}
          >
            {props.link.label}
          </span>
          <Tag look={props.link.state === 'live' ? 'ok' : 'plain'}>
            {stateWords[props.link.state]}
          </Tag>
        </p>
        <p
          class='text-meta text-ink-3 wrap-anywhere'
          title={`Ends ${formatDateTime(props.link.endsAt)}`}
        >
          {facts(props.link, props.now)}
        </p>
      </div>
      <Show when={props.link.url}>
        {(url) => <CopyButton isIcon text={url()} label={`Copy the link ${props.link.label}`} />}
      </Show>
      <Menu
        label={`More for ${props.link.label}`}
        triggerClass={iconButtonClass}
        trigger={<Icon of={Ellipsis} size={18} />}
      >
        {(close) => {
          const line = (run: () => void) => () => {
            close()
            run()
          }
          return (
            <>
              <Show when={props.link.url}>
                {(url) => (
                  <A href={sharePartPath(url())} class={menuItemClass}>
                    <Icon of={Scissors} size={18} /> Share a part
                  </A>
                )}
              </Show>
              <button type='button' class={menuItemClass} onClick={line(() => props.onRename())}>
                <Icon of={Pencil} size={18} /> Rename
              </button>
              <Show when={props.link.state === 'live'}>
                <button type='button' class={menuItemClass} onClick={line(() => props.onRevoke())}>
                  <Icon of={Unlink} size={18} /> Revoke
                </button>
              </Show>
            </>
          )
        }}
      </Menu>
    </li>
  )
}

function facts(link: Link, now: number): string {
  const end = `${link.state === 'ended' ? 'ended' : 'ends'} on ${formatDate(link.endsAt, now)}`
  const words = [...(link.state === 'withdrawn' ? [] : [end]), ...limitWords(link)]
  const made = link.createdBy ? `made by ${link.createdBy}` : 'made'
  const line = [...words, `${made} on ${formatDate(link.createdAt, now)}`].join(' · ')
  return line.charAt(0).toUpperCase() + line.slice(1)
}
