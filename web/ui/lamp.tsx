/** Lit: there is something to see. Breathing: soon. Out: there is nothing. */
export type Light = 'lit' | 'breathing' | 'out'

interface Stateful {
  status: 'uploading' | 'processing' | 'ready' | 'failed'
  playable: boolean
}

export function lightOf({ status, playable }: Stateful): Light {
  if (playable) return 'lit'
  return status === 'processing' ? 'breathing' : 'out'
}

/** Stands where a picture is not there yet, or never will be: dark in both themes, as films are. */
export function Lamp(props: { light?: Light | undefined }) {
  const isOut = () => props.light === 'out'
  return (
    <span class='absolute inset-0 overflow-hidden bg-linear-to-b from-[#15433f] to-[#0b2a27]'>
      <span
        class='absolute inset-0 bg-[radial-gradient(closest-side_at_50%_46%,#ffb65c59,#ffb65c1f_46%,transparent)]'
        classList={{
          'motion-safe:animate-[breathe_2.4s_ease_infinite]': props.light === 'breathing',
          hidden: isOut(),
        }}
      />
      <span
        class='absolute top-[46%] left-1/2 aspect-square h-[19%] -translate-1/2 rounded-full'
        classList={{
          'bg-[radial-gradient(circle,#FFD9A0_0_48%,#FFB65C_52%)]': !isOut(),
          'border-2 border-[#6f9a93]': isOut(),
        }}
      />
    </span>
  )
}
