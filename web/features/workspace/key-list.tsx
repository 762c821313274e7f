import { createSignal, For } from 'solid-js'
import type { ApiKey } from '#contracts/api-key.ts'
import { scopes } from '#contracts/endpoint.ts'
import { Button } from '../../ui/button.tsx'
import { createClock } from '../../ui/clock.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { keepFocus } from '../../ui/focus.ts'
import { formatDate, formatRelative } from '../../ui/format.ts'
import { Tag } from '../../ui/tag.tsx'

export function KeyList(props: { keys: ApiKey[]; onRevoke: (key: ApiKey) => Promise<void> }) {
  const now = createClock()
  const [doomed, setDoomed] = createSignal<ApiKey>()
  return (
    <>
      <ul class='divide-y divide-line border-y border-line'>
        <For each={props.keys}>
          {(key) => <Row apiKey={key} now={now()} onRevoke={() => setDoomed(key)} />}
        </For>
      </ul>
      <Confirm
        isOpen={doomed() !== undefined}
        title={`Revoke “${doomed()?.name}”?`}
        actionLabel='Revoke key'
        onConfirm={() => props.onRevoke(doomed()!)}
        onClose={() => setDoomed(undefined)}
      >
        Programs that use it are refused at once. This cannot be taken back.
      </Confirm>
    </>
  )
}

function Row(props: { apiKey: ApiKey; now: number; onRevoke: () => void }) {
  return (
    <li ref={keepFocus} class='flex items-start gap-4 py-3.5'>
      <div class='grid min-w-0 flex-1 gap-1'>
        <p class='flex flex-wrap items-baseline gap-x-3'>
          <span class='font-semi wrap-anywhere'>{props.apiKey.name}</span>
          <code class='font-mono text-meta text-ink-3'>{props.apiKey.prefix}…</code>
        </p>
        <ul aria-label='May' class='flex flex-wrap gap-1.5'>
          <For each={props.apiKey.scopes}>
            {(scope) => (
              <li title={scopes[scope]}>
                <Tag>{scope}</Tag>
              </li>
            )}
          </For>
        </ul>
        <p class='text-meta text-ink-3'>{facts(props.apiKey, props.now)}</p>
      </div>
      <Button
        look='quiet'
        size='small'
        class='hover:text-danger'
        aria-label={`Revoke ${props.apiKey.name}`}
        onClick={() => props.onRevoke()}
      >
        Revoke
      </Button>
    </li>
  )
}

function facts({ createdBy, createdAt, lastUsedAt, endsAt }: ApiKey, now: number): string {
  const made = `Made by ${createdBy} on ${formatDate(createdAt, now)}`
  const used = lastUsedAt ? `last used ${formatRelative(lastUsedAt, now)}` : 'not used yet'
  const ends = endsAt ? `ends on ${formatDate(endsAt, now)}` : 'works until it is revoked'
  return `${made}, ${used}, ${ends}`
}
