/** No pictures yet: the first letter, so that names can be told apart at a glance. */
export function Avatar(props: { name: string; size?: 'small' | 'normal' }) {
  const letter = () => [...props.name.trim()][0]?.toUpperCase() ?? '?'
  return (
    <span
      aria-hidden='true'
      class={`grid shrink-0 place-items-center rounded-full bg-action-soft font-strong text-action ${props.size === 'small' ? 'size-8 text-meta' : 'size-9 text-ui'}`}
    >
      {letter()}
    </span>
  )
}
