import type { JSX } from 'solid-js'
import { createUniqueId } from 'solid-js'

/** One matter of the account: a hairline above, its words, what can be done about it. */
export function Section(props: {
  title: string
  /** For links that lead here. */
  id?: string
  words?: JSX.Element
  /** Beside the title. */
  action?: JSX.Element
  children?: JSX.Element
}) {
  const id = createUniqueId()
  return (
    <section
      id={props.id}
      aria-labelledby={id}
      tabindex={-1}
      class='scroll-mt-20 border-t border-line py-7 outline-none'
    >
      <div class='flex flex-wrap items-start justify-between gap-x-6 gap-y-3'>
        <div class='min-w-0 flex-1 basis-[300px]'>
          <h2 id={id} class='text-section font-strong'>
            {props.title}
          </h2>
          <div class='mt-1 max-w-[62ch] text-pretty text-ink-2 empty:hidden'>{props.words}</div>
        </div>
        {props.action}
      </div>
      <div class='mt-5 grid gap-5 empty:hidden'>{props.children}</div>
    </section>
  )
}

/** Lines of things that one has. */
export const rowsClass = 'divide-y divide-line border-t border-line'
export const rowClass = 'flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3'
