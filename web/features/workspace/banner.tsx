import { Show } from 'solid-js'

/** What a form was refused for, where no single field is to blame. Always there, so it is read out. */
export function Banner(props: { text: string | undefined }) {
  return (
    <div role='alert' class='empty:hidden'>
      <Show when={props.text}>
        <p class='rounded-ctl bg-danger-soft px-3.5 py-2.5 font-medium text-danger'>{props.text}</p>
      </Show>
    </div>
  )
}
