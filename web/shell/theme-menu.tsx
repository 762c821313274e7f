import SunMoon from 'lucide-solid/icons/sun-moon'
import { Icon } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'
import { ThemeSwitch } from '../ui/theme-switch.tsx'

export function ThemeMenu() {
  return (
    <Menu
      label='Light or dark'
      triggerClass='grid size-10 place-items-center rounded-ctl text-ink-2 hover:bg-sunken hover:text-ink pointer-coarse:size-11'
      trigger={<Icon of={SunMoon} />}
    >
      {() => (
        <div class='grid gap-2 p-1.5'>
          <p class='px-1 text-meta text-ink-3'>Colours</p>
          <ThemeSwitch />
        </div>
      )}
    </Menu>
  )
}
