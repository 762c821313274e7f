import { useQuery } from '@tanstack/solid-query'
import { createSignal, For, Show } from 'solid-js'
import { accountKeys, listProviders, startOutside } from '../../api/account.ts'
import { expectSession } from '../../api/session.ts'
import { Button } from '../../ui/button.tsx'
import { Banner } from '../../shell/form.tsx'
import { problemText } from '../../api/problem.ts'

/** Services that vouch for people here; on most servers there are none, and nothing is shown. */
export const createProviders = () =>
  useQuery(() => ({
    queryKey: accountKeys.providers,
    queryFn: ({ signal }) => listProviders(signal),
    staleTime: 5 * 60_000,
  }))

/** `isFirst`: nothing but the form stands above. */
export function OutsideButtons(props: { next: string; isFirst?: boolean }) {
  const query = createProviders()
  const providers = () => (query.isSuccess ? query.data.items : [])
  const [leavingFor, setLeavingFor] = createSignal<string>()
  const [error, setError] = createSignal<string>()

  async function leave(provider: string) {
    setLeavingFor(provider)
    setError(undefined)
    try {
      const { url } = await startOutside(provider, props.next)
      expectSession()
      location.assign(url)
    } catch (failure) {
      setError(problemText(failure))
      setLeavingFor(undefined)
    }
  }

  return (
    <Show when={providers().length}>
      <Show when={props.isFirst}>
        <Or />
      </Show>
      <div class='grid gap-3'>
        <For each={providers()}>
          {({ id, name }) => (
            <Button
              class='w-full'
              isBusy={leavingFor() === id}
              isResting={leavingFor() !== undefined}
              onClick={() => void leave(id)}
            >
              Continue with {name}
            </Button>
          )}
        </For>
        <Banner text={error()} />
      </div>
    </Show>
  )
}

/** Between a form and other ways to the same end. */
export const Or = () => (
  <p class='flex items-center gap-3 text-meta text-ink-3 before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line'>
    or
  </p>
)
