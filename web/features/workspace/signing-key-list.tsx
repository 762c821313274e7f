import { createSignal, For } from 'solid-js'
import type { SigningKey } from '#contracts/signing-key.ts'
import { Button } from '../../ui/button.tsx'
import { createClock } from '../../ui/clock.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { keepFocus } from '../../ui/focus.ts'
import { formatDate, formatRelative } from '../../ui/format.ts'
import { Tag } from '../../ui/tag.tsx'

export function SigningKeyList(props: {
  keys: SigningKey[]
  onRevoke: (key: SigningKey) => Promise<void>
}) {
  const now = createClock()
  const [doomed, setDoomed] = createSignal<SigningKey>()
  return (
    <>
      <ul class='divide-y divide-line border-y border-line'>
        <For each={props.keys}>
          {(key) => <Row signingKey={key} now={now()} onRevoke={() => setDoomed(key)} />}
        </For>
      </ul>
      <Confirm
        isOpen={doomed() !== undefined}
        title={`Revoke “${doomed()?.name}”?`}
        actionLabel='Revoke key'
        onConfirm={() => props.onRevoke(doomed()!)}
        onClose={() => setDoomed(undefined)}
      >
        Every link that was signed with it ends within 5 seconds, also for whoever is watching.
        Links of other keys go on. This cannot be taken back.
      </Confirm>
    </>
  )
}

function Row(props: { signingKey: SigningKey; now: number; onRevoke: () => void }) {
  return (
    <li ref={keepFocus} class='flex items-start gap-4 py-3.5'>
      <div class='grid min-w-0 flex-1 gap-1'>
        <p class='flex flex-wrap items-center gap-x-3 gap-y-1'>
          <span class='font-semi wrap-anywhere'>{props.signingKey.name}</span>
          <Tag>{props.signingKey.algorithm === 'EdDSA' ? 'Ed25519' : 'RSA'}</Tag>
        </p>
        <p class='flex items-center gap-1'>
          <code class='font-mono text-meta wrap-anywhere text-ink-2'>{props.signingKey.id}</code>
          <CopyButton
            text={props.signingKey.id}
            label={`Copy the id of ${props.signingKey.name}`}
            isIcon
          />
        </p>
        <p class='text-meta text-ink-3'>{facts(props.signingKey, props.now)}</p>
      </div>
      <Button
        look='quiet'
        size='small'
        class='hover:text-danger'
        aria-label={`Revoke ${props.signingKey.name}`}
        onClick={() => props.onRevoke()}
      >
        Revoke
      </Button>
    </li>
  )
}

function facts({ createdBy, createdAt, lastUsedAt }: SigningKey, now: number): string {
  const maker = createdBy ?? 'somebody who has left'
  const used = lastUsedAt ? `last used ${formatRelative(lastUsedAt, now)}` : 'not used yet'
  return `Made by ${maker} on ${formatDate(createdAt, now)}, ${used}`
}
