import type { LucideProps } from 'lucide-solid'
import type { Component } from 'solid-js'
import { Dynamic } from 'solid-js/web'

/** Lucide at the weight of the type beside it. Decoration only: the control carries the name. */
export function Icon(props: { of: Component<LucideProps>; size?: number; class?: string }) {
  return (
    <Dynamic
      component={props.of}
      size={props.size ?? 20}
      stroke-width={1.75}
      class={`shrink-0 ${props.class ?? ''}`}
      aria-hidden='true'
    />
  )
}
