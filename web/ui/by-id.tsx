import type { JSX } from 'solid-js'
import { createMemo, For } from 'solid-js'

/**
 * A list whose rows stay when what they show is read anew: `For` makes a row for each object, and
 * what was typed or focused in the old one would be lost.
 */
export function ById<T extends { id: string }>(props: {
  each: T[]
  children: (item: () => T) => JSX.Element
}) {
  return (
    <For each={props.each.map(({ id }) => id)}>
      {(id) => {
        const first = props.each.find((one) => one.id === id)!
        // A row that goes shows what it last was.
        const item = createMemo<T>((last) => props.each.find((one) => one.id === id) ?? last, first)
        return props.children(item)
      }}
    </For>
  )
}
