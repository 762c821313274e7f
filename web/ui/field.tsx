import Eye from 'lucide-solid/icons/eye'
import EyeOff from 'lucide-solid/icons/eye-off'
import type { JSX } from 'solid-js'
import { createSignal, createUniqueId, Show, splitProps } from 'solid-js'
import { Icon } from './icon.tsx'
import { type Option, Options } from './options.tsx'
import { SelectArrow } from './select-arrow.tsx'

interface FieldProps {
  label: string
  hint?: string | undefined
  error?: string | undefined
  /** Read by screen readers only, where the place makes the meaning plain to the eye. */
  isLabelHidden?: boolean
}

type InputProps = FieldProps & Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'class' | 'id'>

const fieldKeys = ['label', 'hint', 'error', 'isLabelHidden'] as const

function Frame(props: FieldProps & { id: string; children: JSX.Element; aside?: JSX.Element }) {
  return (
    <div class='grid gap-1.5'>
      <div
        class='flex items-baseline justify-between gap-3'
        classList={{ 'sr-only': props.isLabelHidden }}
      >
        <label for={props.id} class='font-semi'>
          {props.label}
        </label>
        {props.aside}
      </div>
      {props.children}
      <Show when={props.hint && !props.error}>
        <p id={`${props.id}-hint`} class='text-meta text-ink-3'>
          {props.hint}
        </p>
      </Show>
      <Show when={props.error}>
        <p id={`${props.id}-error`} class='text-meta font-medium text-danger'>
          {props.error}
        </p>
      </Show>
    </div>
  )
}

const described = (id: string, props: FieldProps) =>
  props.error ? `${id}-error` : props.hint ? `${id}-hint` : undefined

export function TextField(props: InputProps) {
  const id = createUniqueId()
  const [own, rest] = splitProps(props, fieldKeys)
  return (
    <Frame id={id} {...own}>
      <input
        {...rest}
        id={id}
        class='field'
        aria-invalid={own.error ? 'true' : undefined}
        aria-describedby={described(id, own)}
      />
    </Frame>
  )
}

export function PasswordField(props: InputProps) {
  const id = createUniqueId()
  const [own, rest] = splitProps(props, fieldKeys)
  const [isShown, setShown] = createSignal(false)
  return (
    <Frame id={id} {...own}>
      <div class='relative'>
        <input
          {...rest}
          id={id}
          type={isShown() ? 'text' : 'password'}
          class='field pr-12'
          aria-invalid={own.error ? 'true' : undefined}
          aria-describedby={described(id, own)}
        />
        <button
          type='button'
          class='absolute inset-y-0 right-0 grid w-11 place-items-center rounded-ctl text-ink-3 hover:text-ink'
          aria-label='Show password'
          aria-pressed={isShown()}
          onClick={() => setShown(!isShown())}
        >
          <Icon of={isShown() ? EyeOff : Eye} size={18} />
        </button>
      </div>
    </Frame>
  )
}

export function TextArea(
  props: FieldProps & Omit<JSX.TextareaHTMLAttributes<HTMLTextAreaElement>, 'class' | 'id'>,
) {
  const id = createUniqueId()
  const [own, rest] = splitProps(props, fieldKeys)
  return (
    <Frame id={id} {...own}>
      <textarea
        {...rest}
        id={id}
        class='field field-sizing-content max-h-[50vh] min-h-28 resize-y'
        aria-invalid={own.error ? 'true' : undefined}
        aria-describedby={described(id, own)}
      />
    </Frame>
  )
}

export function Select<T extends string>(
  props: FieldProps & {
    value: T
    options: Option<T>[]
    onChange: (value: T) => void
    disabled?: boolean
  },
) {
  const id = createUniqueId()
  return (
    <Frame
      id={id}
      label={props.label}
      hint={props.hint}
      error={props.error}
      isLabelHidden={props.isLabelHidden ?? false}
    >
      <div class='relative'>
        <select
          id={id}
          class='field select-plain'
          disabled={props.disabled}
          aria-describedby={described(id, props)}
          onChange={(event) => props.onChange(event.currentTarget.value as T)}
        >
          <Options options={props.options} value={props.value} />
        </select>
        <SelectArrow />
      </div>
    </Frame>
  )
}
