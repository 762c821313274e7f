import type { JSX } from 'solid-js'
import { For, Show } from 'solid-js'
import { Button } from '../../ui/button.tsx'
import type { createSearchedList } from './data.ts'

interface Column {
  name: string
  class?: string
}

/** Rows become cards on narrow screens, so the roles are named. */
export function Table(props: { label: string; columns: Column[]; children: JSX.Element }) {
  return (
    <table role='table' aria-label={props.label} class='w-full border-collapse max-md:block'>
      <thead class='max-md:sr-only'>
        <tr
          role='row'
          class='border-b border-line text-left text-meta text-ink-3 *:pr-4 *:pb-2 *:font-medium'
        >
          <For each={props.columns}>
            {({ name, class: width }) => (
              <th role='columnheader' scope='col' class={width}>
                {name}
              </th>
            )}
          </For>
          <th role='columnheader' scope='col' class='w-28'>
            <span class='sr-only'>Actions</span>
          </th>
        </tr>
      </thead>
      <tbody role='rowgroup' class='max-md:block'>
        {props.children}
      </tbody>
    </table>
  )
}

export function Row(props: { children: JSX.Element }) {
  return (
    <tr
      role='row'
      tabindex='-1'
      class='border-b border-line outline-none max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:gap-x-3 max-md:py-3'
    >
      {props.children}
    </tr>
  )
}

/** `name` is said on narrow screens, which have no head of the column. */
export function Cell(props: { name?: string; class?: string; children: JSX.Element }) {
  return (
    <td
      role='cell'
      class={`py-2.5 pr-4 align-top max-md:col-start-1 max-md:py-0.5 max-md:pr-0 ${props.class ?? ''}`}
    >
      <Show when={props.name}>
        <span class='mr-1 text-ink-3 md:hidden'>{props.name}</span>
      </Show>
      {props.children}
    </td>
  )
}

export function ActionCell(props: { children: JSX.Element }) {
  return (
    <td
      role='cell'
      class='py-1.5 text-right align-top max-md:col-start-2 max-md:row-start-1 max-md:py-0'
    >
      {props.children}
    </td>
  )
}

export function More(props: {
  query: Pick<
    ReturnType<typeof createSearchedList>['query'],
    'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'
  >
}) {
  return (
    <Show when={props.query.hasNextPage}>
      <div class='mt-6 grid justify-items-center'>
        <Button
          isBusy={props.query.isFetchingNextPage}
          onClick={() => void props.query.fetchNextPage()}
        >
          Load more
        </Button>
      </div>
    </Show>
  )
}
