import { useQuery } from '@tanstack/solid-query'
import KeyRound from 'lucide-solid/icons/key-round'
import Plus from 'lucide-solid/icons/plus'
import { createSignal, Match, Show, Switch } from 'solid-js'
import type { ApiKey } from '#contracts/api-key.ts'
import type { ApiKeys, NewApiKey } from '../../api/api-key.ts'
import { listApiKeys, revokeApiKey } from '../../api/api-key.ts'
import { keys, queryClient } from '../../api/query.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { usePage } from '../../ui/page.ts'
import { A } from '../../ui/router.ts'
import { EmptyState } from '../../ui/state.tsx'
import { notify } from '../../ui/toast.tsx'
import { createCurrentWorkspace, type CurrentWorkspace } from './data.ts'
import { KeyForm } from './key-form.tsx'
import { KeyList } from './key-list.tsx'
import { Loaded } from './loaded.tsx'
import { ShownOnce } from './once.tsx'
import { canUseKeys } from './policy.ts'
import { Section } from './section.tsx'

function Lead() {
  return (
    <>
      For programs that work with this workspace. Each key does what you tick for it, and never more
      than whoever made it.{' '}
      <A href='/api/docs' class='link underline underline-offset-3'>
        How to use one
      </A>
    </>
  )
}

export function KeysPage() {
  usePage(() => 'API keys')
  const current = createCurrentWorkspace()
  return (
    <Show
      when={canUseKeys(current.role())}
      fallback={
        <Section
          title='API keys'
          lead={`Owners and admins of ${current.name()} make keys for programs and see them here.`}
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
  const queryKey = keys.apiKeys(id)
  const [isMaking, setMaking] = createSignal(false)
  const [made, setMade] = createSignal<NewApiKey>()
  const list = useQuery(() => ({ queryKey, queryFn: ({ signal }) => listApiKeys(id, signal) }))
  const items = () => (list.isPending || list.isLoadingError ? undefined : list.data.items)

  async function edit(change: (items: ApiKey[]) => ApiKey[]) {
    await queryClient.cancelQueries({ queryKey })
    queryClient.setQueryData<ApiKeys>(queryKey, (data) => data && { items: change(data.items) })
  }
  async function take(answer: NewApiKey) {
    setMaking(false)
    setMade(answer)
    await edit((all) => [answer.key, ...all])
  }
  async function revoke(key: ApiKey) {
    await revokeApiKey(id, key.id)
    if (made()?.key.id === key.id) setMade(undefined)
    await edit((all) => all.filter((one) => one.id !== key.id))
    notify(`“${key.name}” does not work any more.`)
  }

  return (
    <Section
      title='API keys'
      lead={<Lead />}
      aside={
        <Show when={!isMaking()}>
          <NewKeyButton onClick={() => setMaking(true)} />
        </Show>
      }
    >
      <div class='grid gap-6'>
        <Show when={isMaking()}>
          <KeyForm
            workspaceId={id}
            onMade={(answer) => void take(answer)}
            onCancel={() => setMaking(false)}
          />
        </Show>
        <Show when={made()} keyed>
          {({ key, secret }) => (
            <ShownOnce
              title={`The key “${key.name}”`}
              label='API key'
              copyLabel='Copy key'
              secret={secret}
              onDone={() => setMade(undefined)}
            >
              It is shown only now: copy it to where your program keeps its secrets. Whoever has it
              can do what you ticked. If it gets lost, revoke it and make another.
            </ShownOnce>
          )}
        </Show>
        <Loaded
          query={list}
          data={items()}
          label='Loading the keys'
          refusal='You may not see API keys here any more.'
        >
          {(all) => (
            <Switch>
              <Match when={all().length}>
                <KeyList keys={all()} onRevoke={revoke} />
              </Match>
              <Match when={!isMaking()}>
                <EmptyState icon={KeyRound} title='No keys yet'>
                  A key lets a program upload, publish or read in your place, within the bounds that
                  you set.
                </EmptyState>
              </Match>
            </Switch>
          )}
        </Loaded>
      </div>
    </Section>
  )
}

function NewKeyButton(props: { onClick: () => void }) {
  return (
    <Button look='primary' onClick={() => props.onClick()}>
      <Icon of={Plus} size={18} />
      New key
    </Button>
  )
}
