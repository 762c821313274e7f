import type { JSX } from 'solid-js'
import { For, Match, Switch } from 'solid-js'
import { hasCode } from '../../api/error.ts'
import { Bone, ErrorState, Skeleton } from '../../ui/state.tsx'

interface Loading {
  isPending: boolean
  isError: boolean
  error: unknown
  refetch: () => unknown
}

/** What every list passes through: bones, a refusal in words, an error with another try. */
export function Loaded<T>(props: {
  query: Loading
  data: T | undefined
  label: string
  /** Said in place of an error where the reader's role has fallen. */
  refusal?: string
  children: (data: () => T) => JSX.Element
}) {
  const isThere = () => props.data !== undefined
  return (
    <Switch fallback={<Rows label={props.label} />}>
      <Match when={hasCode(props.query.error, 'forbidden', 'insufficient_scope') && props.refusal}>
        <p class='text-list text-ink-2'>{props.refusal}</p>
      </Match>
      <Match when={props.query.isError && !isThere()}>
        <ErrorState error={props.query.error} onRetry={() => void props.query.refetch()} />
      </Match>
      <Match when={isThere()}>{props.children(() => props.data as T)}</Match>
    </Switch>
  )
}

export function Rows(props: { label: string }) {
  return (
    <Skeleton label={props.label} class='grid gap-5 border-t border-line pt-4'>
      <For each={[1, 2, 3]}>
        {() => (
          <div class='flex items-center gap-3'>
            <Bone class='size-9 rounded-full!' />
            <div class='grid flex-1 gap-2'>
              <Bone class='h-3.5 w-40' />
              <Bone class='h-3 w-56' />
            </div>
          </div>
        )}
      </For>
    </Skeleton>
  )
}
