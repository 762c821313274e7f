import type { Visibility } from '#contracts/video.ts'
import { Icon } from '../../ui/icon.tsx'
import { Options } from '../../ui/options.tsx'
import { SelectArrow } from '../../ui/select-arrow.tsx'
import { visibilityIcons, visibilityOptions } from '../../ui/visibility.ts'

/** Reads like text in the table; is a native select. */
export function VisibilityChoice(props: {
  title: string
  value: Visibility
  isDisabled: boolean
  onChange: (value: Visibility) => void
}) {
  return (
    <span class='relative inline-flex items-center text-ink-2'>
      <Icon
        of={visibilityIcons[props.value]}
        size={18}
        class='pointer-events-none absolute left-2'
      />
      <select
        aria-label={`Who can see ${props.title}`}
        class='select-plain min-h-10 rounded-ctl border border-transparent bg-transparent pl-[34px] transition-colors duration-120 hover:border-line hover:bg-surface disabled:opacity-70 pointer-coarse:min-h-11'
        disabled={props.isDisabled}
        onChange={(event) => props.onChange(event.currentTarget.value as Visibility)}
      >
        <Options options={visibilityOptions} value={props.value} />
      </select>
      <SelectArrow />
    </span>
  )
}
