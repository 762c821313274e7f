import type { JSX } from 'solid-js'
import { createSignal, createUniqueId } from 'solid-js'

interface MenuProps {
  /** Left out where the trigger has words of its own. */
  label?: string | undefined
  trigger: JSX.Element
  triggerClass?: string
  children: (close: () => void) => JSX.Element
}

/**
 * A panel of links and buttons under its trigger. The Popover API gives Escape, light dismissal
 * and the top layer; the place is computed, since not every browser has anchor positioning.
 */
export function Menu(props: MenuProps) {
  const id = createUniqueId()
  const [isOpen, setOpen] = createSignal(false)
  let trigger!: HTMLButtonElement
  let panel!: HTMLDivElement

  function place() {
    const box = trigger.getBoundingClientRect()
    const isLow = box.bottom + panel.offsetHeight + 16 > innerHeight
    const left = box.left + box.width / 2 < innerWidth / 2
    panel.style.inset = [
      isLow ? 'auto' : `${box.bottom + 6}px`,
      left ? 'auto' : `${Math.max(8, document.documentElement.clientWidth - box.right)}px`,
      isLow ? `${innerHeight - box.top + 6}px` : 'auto',
      left ? `${Math.max(8, box.left)}px` : 'auto',
    ].join(' ')
  }

  return (
    <>
      <button
        ref={(element) => (trigger = element)}
        type='button'
        class={props.triggerClass}
        aria-label={props.label}
        aria-expanded={isOpen()}
        popovertarget={id}
      >
        {props.trigger}
      </button>
      <div
        ref={(element) => (panel = element)}
        id={id}
        popover='auto'
        class='m-0 min-w-56 rounded-frame border border-line bg-raised p-1.5 text-ink shadow-2 motion-safe:animate-[appear_120ms]'
        onToggle={(event) => {
          const isNowOpen = event.newState === 'open'
          setOpen(isNowOpen)
          if (isNowOpen) place()
        }}
      >
        {props.children(() => panel.hidePopover())}
      </div>
    </>
  )
}

export const menuItemClass =
  'flex min-h-10 w-full items-center gap-3 rounded-ctl px-3 text-left font-medium hover:bg-sunken pointer-coarse:min-h-11'
