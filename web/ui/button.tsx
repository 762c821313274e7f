import { A } from './router.ts'
import type { JSX } from 'solid-js'
import { Show, splitProps } from 'solid-js'

type Look = 'primary' | 'secondary' | 'soft' | 'danger' | 'quiet'
type Size = 'small' | 'normal'

const base =
  'inline-flex items-center justify-center gap-2 rounded-ctl border ' +
  'font-semi whitespace-nowrap transition-colors duration-120 ease-lamp select-none ' +
  'aria-disabled:opacity-55 aria-disabled:cursor-not-allowed disabled:opacity-55 disabled:cursor-not-allowed'

const looks: Record<Look, string> = {
  primary: 'border-transparent bg-action text-on-action hover:bg-action-hover',
  secondary: 'border-line bg-surface hover:border-edge',
  soft: 'border-transparent bg-sunken hover:bg-line',
  danger: 'border-transparent bg-danger text-on-danger hover:opacity-90',
  quiet: 'border-transparent text-ink-2 hover:bg-sunken',
}

const sizes: Record<Size, string> = {
  small: 'min-h-8 px-3 text-meta pointer-coarse:min-h-11',
  normal: 'min-h-10 px-4 pointer-coarse:min-h-11',
}

const classOf = (look: Look = 'secondary', size: Size = 'normal', extra = '') =>
  `${base} ${looks[look]} ${sizes[size]} ${extra}`

interface Style {
  look?: Look
  size?: Size
  class?: string
}

interface ButtonProps
  extends Style, Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, 'class' | 'onClick'> {
  isBusy?: boolean
  /** Cannot be pressed for now, and keeps the focus: a disabled one would lose it. */
  isResting?: boolean
  onClick?: (event: MouseEvent) => void
}

export function Button(props: ButtonProps) {
  const [own, rest] = splitProps(props, [
    ...(['look', 'size', 'class', 'isBusy', 'isResting', 'children', 'onClick'] as const),
  ])
  const isOff = () => own.isBusy || own.isResting
  return (
    <button
      type='button'
      {...rest}
      class={classOf(own.look, own.size, own.class)}
      aria-disabled={isOff() || undefined}
      aria-busy={own.isBusy || undefined}
      onClick={(event) => (isOff() ? event.preventDefault() : own.onClick?.(event))}
    >
      <Show when={own.isBusy}>
        <span class='size-3.5 animate-spin rounded-full border-2 border-current border-r-transparent' />
      </Show>
      {own.children}
    </button>
  )
}

export function ButtonLink(props: Style & { href: string; children: JSX.Element; label?: string }) {
  return (
    <A
      href={props.href}
      class={classOf(props.look, props.size, props.class)}
      aria-label={props.label}
    >
      {props.children}
    </A>
  )
}

/** For a link that looks like one. */
export const iconButtonClass =
  'grid size-10 shrink-0 place-items-center rounded-ctl text-ink-2 transition-colors ' +
  'duration-120 hover:bg-sunken hover:text-ink disabled:opacity-40 pointer-coarse:size-11'

/** The label is its name and its tooltip. */
export function IconButton(
  props: { label: string } & Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, 'class'> & {
      class?: string
    },
) {
  const [own, rest] = splitProps(props, ['label', 'class'])
  return (
    <button
      type='button'
      {...rest}
      class={`${iconButtonClass} ${own.class ?? ''}`}
      aria-label={own.label}
      title={own.label}
    />
  )
}
