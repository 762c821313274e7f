import Check from 'lucide-solid/icons/check'
import ChevronsUpDown from 'lucide-solid/icons/chevrons-up-down'
import Plus from 'lucide-solid/icons/plus'
import SettingsIcon from 'lucide-solid/icons/settings'
import { For, Show } from 'solid-js'
import type { Membership } from '#contracts/auth.ts'
import type { WorkspaceId } from '#contracts/id.ts'
import { chooseWorkspace, currentWorkspace, workspaces } from '../../api/session.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Menu, menuItemClass } from '../../ui/menu.tsx'
import { A, useLocation, useNavigate } from '../../ui/router.ts'

/** Which workspace the studio shows; `isNarrow` fits into the bar of a phone. */
export function WorkspaceSwitcher(props: { isNarrow?: boolean }) {
  const location = useLocation()
  const navigate = useNavigate()

  function choose(id: WorkspaceId) {
    chooseWorkspace(id)
    // A video belongs to the workspace that was left.
    if (location.pathname.startsWith('/studio/videos/')) navigate('/studio')
  }

  return (
    <Show when={currentWorkspace()}>
      {(workspace) => (
        <Menu
          triggerClass={
            props.isNarrow
              ? 'flex h-10 min-w-0 items-center gap-2 rounded-ctl border border-line bg-surface pr-2 pl-1.5 text-left pointer-coarse:h-11'
              : 'flex w-full items-center gap-2.5 rounded-[12px] border border-line bg-surface p-2 text-left hover:border-edge'
          }
          trigger={<Current workspace={workspace()} isNarrow={props.isNarrow ?? false} />}
        >
          {(close) => (
            <div class='w-[min(300px,calc(100vw-32px))]' onKeyDown={walk}>
              <p class='px-3 pt-1.5 pb-1 text-meta text-ink-3'>Workspaces</p>
              <ul aria-label='Workspaces' class='max-h-[46vh] overflow-y-auto'>
                <For each={workspaces()}>
                  {(one) => (
                    <li>
                      <Choice
                        workspace={one}
                        isCurrent={one.id === workspace().id}
                        onChoose={() => {
                          close()
                          choose(one.id)
                        }}
                      />
                    </li>
                  )}
                </For>
              </ul>
              <hr class='my-1.5 border-line' />
              <A href='/studio/settings' class={menuItemClass} onClick={close}>
                <Icon of={SettingsIcon} size={18} />
                <span class='truncate'>Settings of {workspace().name}</span>
              </A>
              <A href='/studio/new-workspace' class={menuItemClass} onClick={close}>
                <Icon of={Plus} size={18} /> New workspace
              </A>
            </div>
          )}
        </Menu>
      )}
    </Show>
  )
}

function Current(props: { workspace: Membership; isNarrow: boolean }) {
  return (
    <>
      <span class='sr-only'>Workspace: </span>
      <Avatar name={props.workspace.name} size='small' />
      <Show
        when={!props.isNarrow}
        fallback={<span class='truncate font-semi'>{props.workspace.name}</span>}
      >
        <span class='min-w-0 flex-1 leading-[17px]'>
          <span class='block truncate font-semi'>{props.workspace.name}</span>
          <Facts workspace={props.workspace} />
        </span>
      </Show>
      <Icon of={ChevronsUpDown} size={16} class='text-ink-3' />
    </>
  )
}

function Facts(props: { workspace: Membership }) {
  return (
    <span class='flex gap-1 text-label text-ink-3'>
      <span class='truncate'>@{props.workspace.handle}</span>
      <span class='shrink-0'>· {props.workspace.role}</span>
    </span>
  )
}

function Choice(props: { workspace: Membership; isCurrent: boolean; onChoose: () => void }) {
  return (
    <button
      type='button'
      class='flex min-h-[52px] w-full items-center gap-2.5 rounded-ctl px-2.5 py-1.5 text-left hover:bg-sunken'
      aria-current={props.isCurrent ? 'true' : undefined}
      onClick={() => props.onChoose()}
    >
      <Avatar name={props.workspace.name} size='small' />
      <span class='min-w-0 flex-1 leading-[17px]'>
        <span class='block truncate font-semi'>{props.workspace.name}</span>
        <Facts workspace={props.workspace} />
      </span>
      <Show when={props.isCurrent}>
        <Icon of={Check} size={18} class='text-action' />
      </Show>
    </button>
  )
}

/** The arrows walk as Tab does, and go round. */
function walk(event: KeyboardEvent & { currentTarget: HTMLElement }) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!step) return
  event.preventDefault()
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('a, button')]
  const at = items.indexOf(document.activeElement as HTMLElement)
  items.at((at + step) % items.length)?.focus()
}
