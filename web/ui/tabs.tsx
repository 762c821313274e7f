import { For } from 'solid-js'
import { A } from './router.ts'

interface Tab {
  href: string
  label: string
}

/** Links that look like tabs; on a narrow screen they scroll sideways. */
export function Tabs(props: { label: string; tabs: Tab[] }) {
  return (
    <nav
      aria-label={props.label}
      class='mt-4 overflow-x-auto border-b border-line max-md:-mx-4 max-md:px-4'
    >
      <ul class='flex w-max gap-6 max-md:gap-[13px]'>
        <For each={props.tabs}>
          {({ href, label }) => (
            <li>
              <A
                href={href}
                end
                class='flex min-h-10 items-center font-medium text-ink-2 -outline-offset-2! hover:text-ink aria-[current=page]:font-strong aria-[current=page]:text-action aria-[current=page]:shadow-[inset_0_-2px_0_var(--action)] pointer-coarse:min-h-11'
                ref={(link) => queueMicrotask(() => reveal(link))}
              >
                {label}
              </A>
            </li>
          )}
        </For>
      </ul>
    </nav>
  )
}

function reveal(link: HTMLAnchorElement) {
  if (link.getAttribute('aria-current') !== 'page') return
  link.closest('nav')?.scrollTo({ left: link.offsetLeft - 40 })
}
