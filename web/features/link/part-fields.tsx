import { createUniqueId, Show } from 'solid-js'
import { toClock } from '../../player/clock.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import type { Span } from './limits.ts'

/** From and to, typed or taken from where the film stands. */
export function PartFields(props: {
  span: Span
  error: string | undefined
  onChange: (span: Span) => void
  /** Where the film stands; undefined where none is shown. */
  positionMs?: (() => number) | undefined
}) {
  const id = createUniqueId()
  const end = (name: keyof Span, label: string, take: string) => (
    <div class='grid content-start gap-2'>
      <TextField
        label={label}
        value={props.span[name]}
        inputmode='numeric'
        autocomplete='off'
        placeholder={name === 'from' ? '0:00' : '1:30'}
        aria-invalid={props.error ? 'true' : undefined}
        aria-describedby={props.error ? id : undefined}
        onInput={(event) => props.onChange({ ...props.span, [name]: event.currentTarget.value })}
      />
      <Show when={props.positionMs}>
        {(positionMs) => (
          <Button
            size='small'
            onClick={() => props.onChange({ ...props.span, [name]: toClock(positionMs()()) })}
          >
            {take}
          </Button>
        )}
      </Show>
    </div>
  )
  return (
    <div class='grid gap-1.5'>
      <div class='grid grid-cols-2 gap-3'>
        {end('from', 'From', 'Begin here')}
        {end('to', 'To', 'End here')}
      </div>
      <Show when={props.error}>
        <p id={id} class='text-meta font-medium text-danger'>
          {props.error}
        </p>
      </Show>
    </div>
  )
}
