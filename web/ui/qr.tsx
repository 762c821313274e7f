import { encode } from 'uqr'
import { createMemo } from 'solid-js'

/** Modules of quiet around it: ISO/IEC 18004 asks for four. */
const quiet = 4

/** Dark on light in both themes: cameras look for that. */
export function Qr(props: { text: string; label: string }) {
  const code = createMemo(() => encode(props.text, { ecc: 'M', border: quiet }))
  const path = () =>
    code()
      .data.map((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')).join(''))
      .join('')
  return (
    <svg
      role='img'
      aria-label={props.label}
      viewBox={`0 0 ${code().size} ${code().size}`}
      shape-rendering='crispEdges'
      class='size-[200px] rounded-ctl border border-line bg-white'
    >
      <path d={path()} fill='#000' />
    </svg>
  )
}
