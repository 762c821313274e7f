import type { JSX } from 'solid-js'
import { createUniqueId, Show } from 'solid-js'

/** A part of a settings page; the focus falls back to it when what is in it goes. */
export function Section(props: {
  title: string
  lead?: JSX.Element
  aside?: JSX.Element
  class?: string
  children: JSX.Element
}) {
  const id = createUniqueId()
  return (
    <section aria-labelledby={id} tabindex='-1' class={`outline-none ${props.class ?? ''}`}>
      <div class='flex flex-wrap items-start gap-x-6 gap-y-3'>
        <div class='min-w-0 flex-1 basis-64'>
          <h2 id={id} class='text-section font-strong'>
            {props.title}
          </h2>
          <Show when={props.lead}>
            <p class='mt-1 max-w-[62ch] text-list text-pretty text-ink-2'>{props.lead}</p>
          </Show>
        </div>
        {props.aside}
      </div>
      <div class='mt-4'>{props.children}</div>
    </section>
  )
}
