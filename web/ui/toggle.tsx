/** A switch: on or off, at once. Its name is a label of the same `id`. */
export function Toggle(props: {
  id: string
  describedBy?: string
  isOn: boolean
  isDisabled?: boolean
  onChange: (isOn: boolean) => void
}) {
  return (
    <span class='relative inline-grid h-10 w-11 place-items-center pointer-coarse:h-11'>
      <input
        id={props.id}
        type='checkbox'
        role='switch'
        class='peer absolute inset-0 size-full cursor-pointer opacity-0 disabled:cursor-not-allowed'
        checked={props.isOn}
        disabled={props.isDisabled}
        aria-describedby={props.describedBy}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span
        aria-hidden='true'
        class='pointer-events-none h-6 w-11 rounded-full border border-edge bg-sunken outline-offset-2 outline-action transition-colors duration-120 peer-checked:border-action peer-checked:bg-action peer-focus-visible:outline-2 peer-disabled:opacity-55 forced-colors:border-[ButtonText] forced-colors:bg-[Canvas] forced-colors:forced-color-adjust-none forced-colors:peer-checked:bg-[Highlight]'
      />
      <span
        aria-hidden='true'
        class='pointer-events-none absolute left-1 size-4 rounded-full bg-edge transition-[translate,background-color] duration-120 ease-lamp peer-checked:translate-x-5 peer-checked:bg-on-action forced-colors:bg-[ButtonText] forced-colors:forced-color-adjust-none forced-colors:peer-checked:bg-[HighlightText]'
      />
    </span>
  )
}
