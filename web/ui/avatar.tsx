import { createEffect, createSignal, on, Show } from 'solid-js'

type Size = 'small' | 'normal' | 'large'

const sizes: Record<Size, string> = {
  small: 'size-8 text-meta',
  normal: 'size-9 text-ui',
  large: 'size-24 text-headline',
}

/** The picture; else the first letter, so that names can be told apart at a glance. */
export function Avatar(props: { name: string; url?: string | null | undefined; size?: Size }) {
  const letter = () => [...props.name.trim()][0]?.toUpperCase() ?? '?'
  const [isBroken, setBroken] = createSignal(false)
  createEffect(
    on(
      () => props.url,
      () => setBroken(false),
    ),
  )
  return (
    <span
      aria-hidden='true'
      class={`grid shrink-0 place-items-center overflow-hidden rounded-full bg-action-soft font-strong text-action ${sizes[props.size ?? 'normal']}`}
    >
      <Show when={!isBroken() && props.url} fallback={letter()}>
        {(url) => (
          <img src={url()} alt='' class='size-full object-cover' onError={() => setBroken(true)} />
        )}
      </Show>
    </span>
  )
}
