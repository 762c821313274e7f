/** The lamp behind the shutter. */
export function BrandMark(props: { class?: string }) {
  return (
    <span
      class={`block size-[22px] shrink-0 rounded-[7px] bg-[radial-gradient(circle_at_50%_62%,#FFD9A0_0_18%,#FFB65C_19%_34%,transparent_35%),linear-gradient(#15433f,#0F5C56)] ${props.class ?? ''}`}
    />
  )
}

/** `isMark`: the lamp alone to the eye, where there is no room for the name. */
export function Brand(props: { suffix?: string; isMark?: boolean }) {
  return (
    <span class='flex items-center gap-[9px] text-[18px] font-bold tracking-[-.02em]'>
      <BrandMark class={props.isMark ? 'size-7!' : ''} />
      <span classList={{ 'sr-only': props.isMark }}>
        Lantern
        <span class='sr-only'>, home page</span>
        {props.suffix && <span class='ml-1.5 font-medium text-ink-3'>{props.suffix}</span>}
      </span>
    </span>
  )
}
