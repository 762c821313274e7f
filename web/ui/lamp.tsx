/** Stands where a picture is not there yet, or never will be: the lamp, dark in both themes. */
export function Lamp(props: { isAwake?: boolean | undefined; class?: string }) {
  return (
    <span
      class={`absolute inset-0 overflow-hidden bg-linear-to-b from-[#15433f] to-[#0b2a27] ${props.class ?? ''}`}
    >
      <span
        class='absolute inset-0 bg-[radial-gradient(closest-side_at_50%_46%,#ffb65c59,#ffb65c1f_46%,transparent)]'
        classList={{ 'motion-safe:animate-[breathe_2.4s_ease_infinite]': props.isAwake }}
      />
      <span class='absolute top-[46%] left-1/2 aspect-square h-[19%] -translate-1/2 rounded-full bg-[radial-gradient(circle,#FFD9A0_0_48%,#FFB65C_52%)]' />
    </span>
  )
}
