import Monitor from 'lucide-solid/icons/monitor'
import Moon from 'lucide-solid/icons/moon'
import Sun from 'lucide-solid/icons/sun'
import { For } from 'solid-js'
import { Icon } from './icon.tsx'
import { chooseTheme, themeChoice } from './theme.ts'

const choices = [
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
  { value: 'system', label: 'As the system', icon: Monitor },
] as const

export function ThemeSwitch() {
  return (
    <div role='group' aria-label='Colours' class='grid grid-cols-3 gap-1 rounded-ctl bg-sunken p-1'>
      <For each={choices}>
        {(choice) => (
          <button
            type='button'
            class='grid h-8 place-items-center rounded-[7px] text-ink-2 aria-pressed:bg-raised aria-pressed:text-ink aria-pressed:shadow-1 pointer-coarse:h-11'
            aria-label={choice.label}
            title={choice.label}
            aria-pressed={themeChoice() === choice.value}
            onClick={() => chooseTheme(choice.value)}
          >
            <Icon of={choice.icon} size={18} />
          </button>
        )}
      </For>
    </div>
  )
}
