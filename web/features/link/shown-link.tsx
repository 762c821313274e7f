import { onMount } from 'solid-js'
import { CopyButton } from '../../ui/copy-button.tsx'

/** An address to copy; it takes the focus, for it is what one came for. */
export function ShownLink(props: { label: string; url: string; copyLabel: string }) {
  let field!: HTMLInputElement
  onMount(() => field.focus())
  return (
    <div class='flex gap-2 max-sm:flex-col'>
      <input
        ref={(element) => (field = element)}
        class='field min-w-0 flex-1 text-ellipsis text-ink-2'
        readonly
        aria-label={props.label}
        value={props.url}
        onFocus={(event) => event.currentTarget.select()}
      />
      <CopyButton text={props.url} label={props.copyLabel} />
    </div>
  )
}
