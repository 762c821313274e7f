import { For } from 'solid-js'

/** Words between backticks are code, as in the descriptions of the contracts. */
export function Prose(props: { text: string | undefined }) {
  const pieces = () => (props.text ?? '').split('`')
  return (
    <For each={pieces()}>
      {(piece, index) =>
        index() % 2 ? <code class='font-mono text-[0.92em] text-ink'>{piece}</code> : piece
      }
    </For>
  )
}
