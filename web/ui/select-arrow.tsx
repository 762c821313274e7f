import ChevronDown from 'lucide-solid/icons/chevron-down'
import { Icon } from './icon.tsx'

/** Lies over the right end of a native select; clicks go through it. */
export function SelectArrow() {
  return (
    <Icon
      of={ChevronDown}
      size={17}
      class='pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-ink-3'
    />
  )
}
