import UserMinus from 'lucide-solid/icons/user-minus'
import { createMemo, createSignal, For, Show } from 'solid-js'
import type { GivenRole, Member } from '#contracts/member.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { IconButton } from '../../ui/button.tsx'
import { createClock } from '../../ui/clock.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { keepFocus } from '../../ui/focus.ts'
import { formatDate } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { Options } from '../../ui/options.tsx'
import { SelectArrow } from '../../ui/select-arrow.tsx'
import type { CurrentWorkspace } from './data.ts'
import { changeRole, dropMember } from './member-actions.ts'
import { canChangeMember, canRemoveMember, givableRoles } from './policy.ts'
import { Tag } from '../../ui/tag.tsx'
import { roleNames, roleOptions } from './words.ts'

export function MemberList(props: { current: CurrentWorkspace; members: Member[] }) {
  const now = createClock()
  const [doomed, setDoomed] = createSignal<Member>()
  // By id, so that a row that changes stays the one that has the focus.
  const ids = createMemo(() => props.members.map(({ userId }) => userId), [], { equals: isSame })
  const memberOf = (id: string) => props.members.find(({ userId }) => userId === id)
  return (
    <>
      <ul class='divide-y divide-line border-y border-line'>
        <For each={ids()}>
          {(id) => (
            <Show when={memberOf(id)}>
              {(member) => (
                <Row
                  current={props.current}
                  member={member()}
                  now={now()}
                  onRemove={() => setDoomed(member())}
                />
              )}
            </Show>
          )}
        </For>
      </ul>
      <Confirm
        isOpen={doomed() !== undefined}
        title={`Remove ${doomed()?.displayName}?`}
        actionLabel='Remove'
        keepLabel='Keep'
        onConfirm={() => dropMember(props.current.id, doomed()!)}
        onClose={() => setDoomed(undefined)}
      >
        They lose access to {props.current.name()} at once, and API keys that they made stop
        working. What they uploaded stays.
      </Confirm>
    </>
  )
}

function Row(props: {
  current: CurrentWorkspace
  member: Member
  now: number
  onRemove: () => void
}) {
  const mine = () => props.current.role()
  return (
    <li ref={keepFocus} class='flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5'>
      <Avatar name={props.member.displayName} url={props.member.avatarUrl} />
      <div class='min-w-0 flex-1 basis-[170px]'>
        <p class='flex items-center gap-2'>
          <span class='truncate font-semi'>{props.member.displayName}</span>
          <Show when={props.member.isMe}>
            <Tag>you</Tag>
          </Show>
        </p>
        {/* Addresses are told to those alone who manage members. */}
        <Show when={props.member.email}>
          <p class='truncate text-meta text-ink-3'>{props.member.email}</p>
        </Show>
      </div>
      <p class='text-meta text-ink-3 max-md:hidden'>
        Since {formatDate(props.member.joinedAt, props.now)}
      </p>
      <div
        class='flex items-center justify-end gap-1 sm:w-[152px]'
        classList={{
          'max-sm:ml-12 max-sm:w-full max-sm:justify-between': canChangeMember(
            mine(),
            props.member,
          ),
        }}
      >
        <Show
          when={canChangeMember(mine(), props.member)}
          fallback={
            <span class='px-2.5 py-2 font-medium text-ink-2 max-sm:pr-0 sm:mr-auto'>
              {roleNames[props.member.role]}
            </span>
          }
        >
          <RoleSelect
            member={props.member}
            roles={givableRoles(mine())}
            onChange={(role) => void changeRole(props.current.id, props.member, role)}
          />
        </Show>
        <Show when={canRemoveMember(mine(), props.member)}>
          <IconButton
            label={`Remove ${props.member.displayName}`}
            class='hover:text-danger!'
            onClick={() => props.onRemove()}
          >
            <Icon of={UserMinus} size={18} />
          </IconButton>
        </Show>
      </div>
    </li>
  )
}

/** Reads like text in the list; is a native select. */
function RoleSelect(props: {
  member: Member
  roles: GivenRole[]
  onChange: (role: GivenRole) => void
}) {
  return (
    <span class='relative inline-flex items-center text-ink-2 max-sm:-ml-2.5 sm:mr-auto'>
      <select
        aria-label={`Role of ${props.member.displayName}`}
        class='select-plain min-h-10 rounded-ctl border border-transparent bg-transparent pl-2.5 font-medium transition-colors duration-120 hover:border-line hover:bg-surface pointer-coarse:min-h-11'
        onChange={(event) => props.onChange(event.currentTarget.value as GivenRole)}
      >
        <Options options={roleOptions(props.roles)} value={props.member.role as GivenRole} />
      </select>
      <SelectArrow />
    </span>
  )
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index])
