import { createUniqueId } from 'solid-js'
import { parseClock } from '../../player/clock.ts'
import { TextField } from '../../ui/field.tsx'
import { Toggle } from '../../ui/toggle.tsx'
import { type EmbedChoice, isWidth } from './embed-address.ts'

/** What a frame can be told in its address. */
export function EmbedOptions(props: {
  choice: EmbedChoice
  onChange: (part: Partial<EmbedChoice>) => void
}) {
  const start = () => props.choice.start.trim()
  return (
    <>
      <TextField
        label='Width, in pixels'
        inputmode='numeric'
        value={props.choice.widthPx}
        hint='Its height follows the shape of the video.'
        error={isWidth(props.choice.widthPx) ? undefined : 'From 200 to 3840.'}
        onInput={(event) => props.onChange({ widthPx: event.currentTarget.value.trim() })}
      />
      <TextField
        label='Start at'
        placeholder='0:00'
        value={props.choice.start}
        error={
          start() && parseClock(start()) === undefined ? 'A time like 1:30, or seconds.' : undefined
        }
        onInput={(event) => props.onChange({ start: event.currentTarget.value })}
      />
      <div class='grid'>
        <Line
          label='Play at once'
          hint='Most browsers want it muted for that.'
          isOn={props.choice.autoplays}
          onChange={(autoplays) =>
            props.onChange({ autoplays, ...(autoplays && { isMuted: true }) })
          }
        />
        <Line
          label='Muted'
          isOn={props.choice.isMuted}
          onChange={(isMuted) => props.onChange({ isMuted })}
        />
        <Line
          label='Loop'
          isOn={props.choice.loops}
          onChange={(loops) => props.onChange({ loops })}
        />
        <Line
          label='Title'
          isOn={props.choice.hasTitle}
          onChange={(hasTitle) => props.onChange({ hasTitle })}
        />
        <Line
          label='Controls'
          isOn={props.choice.hasControls}
          onChange={(hasControls) => props.onChange({ hasControls })}
        />
      </div>
    </>
  )
}

function Line(props: {
  label: string
  hint?: string
  isOn: boolean
  onChange: (isOn: boolean) => void
}) {
  const id = createUniqueId()
  return (
    <div class='flex items-center justify-between gap-4 border-t border-line py-1'>
      <div>
        <label for={id} class='font-medium'>
          {props.label}
        </label>
        <p id={`${id}-hint`} class='text-meta text-ink-3'>
          {props.hint}
        </p>
      </div>
      <Toggle
        id={id}
        {...(props.hint && { describedBy: `${id}-hint` })}
        isOn={props.isOn}
        onChange={props.onChange}
      />
    </div>
  )
}
