import { For } from 'solid-js'

export interface Option<T extends string> {
  value: T
  label: string
}

/** The options of a native select; the chosen one follows `value`. */
export function Options<T extends string>(props: { options: Option<T>[]; value: T }) {
  return (
    <For each={props.options}>
      {(option) => (
        <option value={option.value} selected={option.value === props.value}>
          {option.label}
        </option>
      )}
    </For>
  )
}
