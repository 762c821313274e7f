import { useQuery } from '@tanstack/solid-query'
import FileKey from 'lucide-solid/icons/file-key'
import Plus from 'lucide-solid/icons/plus'
import { createSignal, Match, Show, Switch } from 'solid-js'
import { maxSigningKeys } from '#contracts/limit.ts'
import type { SigningKey } from '#contracts/signing-key.ts'
import { keys, queryClient } from '../../api/query.ts'
import {
  listSigningKeys,
  type NewSigningKey,
  revokeSigningKey,
  type SigningKeys,
} from '../../api/signing-key.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { usePage } from '../../ui/page.ts'
import { EmptyState } from '../../ui/state.tsx'
import { notify } from '../../ui/toast.tsx'
import { createCurrentWorkspace, type CurrentWorkspace } from './data.ts'
import { Loaded } from './loaded.tsx'
import { ShownOnce } from './once.tsx'
import { canUseKeys } from './policy.ts'
import { Section } from './section.tsx'
import { SigningKeyForm } from './signing-key-form.tsx'
import { SigningKeyList } from './signing-key-list.tsx'
import { SigningSample } from './signing-sample.tsx'

const lead = `Your server signs links to videos itself, without asking here for each: who may watch, for how long and how much. A key opens every video of the workspace, also private ones. To change keys, make a second one, move over, then revoke the first.`

export function SigningKeysPage() {
  usePage(() => 'Signing keys')
  const current = createCurrentWorkspace()
  return (
    <Show
      when={canUseKeys(current.role())}
      fallback={
        <Section
          title='Signing keys'
          lead={`Owners and admins of ${current.name()} make keys that sign links, and see them here.`}
        >
          <span />
        </Section>
      }
    >
      <Keys current={current} />
    </Show>
  )
}

function Keys(props: { current: CurrentWorkspace }) {
  const { id } = props.current
  const queryKey = keys.signingKeys(id)
  const [isMaking, setMaking] = createSignal(false)
  const [made, setMade] = createSignal<NewSigningKey>()
  const list = useQuery(() => ({ queryKey, queryFn: ({ signal }) => listSigningKeys(id, signal) }))
  const items = () => (list.isPending || list.isLoadingError ? undefined : list.data.items)
  const isFull = () => (items()?.length ?? 0) >= maxSigningKeys

  async function edit(change: (items: SigningKey[]) => SigningKey[]) {
    await queryClient.cancelQueries({ queryKey })
    queryClient.setQueryData<SigningKeys>(queryKey, (data) => data && { items: change(data.items) })
  }
  async function take(answer: NewSigningKey) {
    setMaking(false)
    if (answer.privateKey) setMade(answer)
    await edit((all) => [answer.key, ...all])
  }
  async function revoke(key: SigningKey) {
    await revokeSigningKey(id, key.id)
    if (made()?.key.id === key.id) setMade(undefined)
    await edit((all) => all.filter((one) => one.id !== key.id))
    notify(`Links signed with “${key.name}” end within 5 seconds.`)
  }

  return (
    <>
      <Section
        title='Signing keys'
        lead={lead}
        aside={
          <Show when={!isMaking() && !isFull()}>
            <Button look='primary' onClick={() => setMaking(true)}>
              <Icon of={Plus} size={18} />
              New key
            </Button>
          </Show>
        }
      >
        <div class='grid gap-6'>
          <Show when={isMaking()}>
            <SigningKeyForm
              workspaceId={id}
              onMade={(answer) => void take(answer)}
              onCancel={() => setMaking(false)}
            />
          </Show>
          <Show when={made()} keyed>
            {({ key, privateKey }) => (
              <ShownOnce
                title={`The private key of “${key.name}”`}
                label='Private key'
                copyLabel='Copy key'
                secret={privateKey ?? ''}
                onDone={() => setMade(undefined)}
              >
                It is shown only now and kept nowhere here: copy it to where your server keeps its
                secrets. Whoever has it can watch every video of this workspace. If it gets lost,
                revoke it and make another.
              </ShownOnce>
            )}
          </Show>
          <Show when={isFull()}>
            <p class='text-meta text-ink-2'>
              There are at most {maxSigningKeys} keys: revoke one that is not needed to make
              another.
            </p>
          </Show>
          <Loaded
            query={list}
            data={items()}
            label='Loading the keys'
            refusal='You may not see signing keys here any more.'
          >
            {(all) => (
              <Switch>
                <Match when={all().length}>
                  <SigningKeyList keys={all()} onRevoke={revoke} />
                </Match>
                <Match when={!isMaking()}>
                  <EmptyState icon={FileKey} title='No signing keys yet'>
                    With one, your own site decides who watches a private video.
                  </EmptyState>
                </Match>
              </Switch>
            )}
          </Loaded>
        </div>
      </Section>
      <Show when={items()?.[0]}>{(key) => <SigningSample signingKey={key()} />}</Show>
    </>
  )
}
