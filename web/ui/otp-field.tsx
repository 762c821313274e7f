import { createEffect, createUniqueId, on, onMount, Show } from 'solid-js'
import { otpLength, toOtp } from './otp.ts'

interface OtpProps {
  label: string
  name?: string
  hint?: string
  error?: string | undefined
  /** Once all digits are there; typing goes on meanwhile. */
  onComplete?: () => void
}

/**
 * One field for all six digits: phones offer the code, it can be pasted, and it is read as one.
 * It comes where a code is the next thing to do, so it takes the focus.
 */
export function OtpField(props: OtpProps) {
  const id = createUniqueId()
  let input!: HTMLInputElement
  onMount(() => input.focus())
  // A code that was wrong is of no more use.
  createEffect(
    on(
      () => props.error,
      (error) => {
        if (!error) return
        input.value = ''
        input.focus()
      },
      { defer: true },
    ),
  )

  function tidy() {
    const code = toOtp(input.value)
    if (code !== input.value) input.value = code
    if (code.length === otpLength) props.onComplete?.()
  }

  return (
    <div class='grid gap-1.5'>
      <label for={id} class='font-semi'>
        {props.label}
      </label>
      <input
        ref={(element) => (input = element)}
        id={id}
        name={props.name ?? 'code'}
        class='field num h-14 max-w-[240px] text-center font-mono text-title tracking-[0.3em]'
        type='text'
        inputmode='numeric'
        autocomplete='one-time-code'
        autocapitalize='off'
        spellcheck={false}
        required
        pattern='[0-9]{6}'
        title='Six digits'
        aria-invalid={props.error ? 'true' : undefined}
        aria-describedby={props.error ? `${id}-error` : props.hint ? `${id}-hint` : undefined}
        onInput={tidy}
      />
      <Show when={props.hint && !props.error}>
        <p id={`${id}-hint`} class='text-meta text-ink-3'>
          {props.hint}
        </p>
      </Show>
      <Show when={props.error}>
        <p id={`${id}-error`} class='text-meta font-medium text-danger'>
          {props.error}
        </p>
      </Show>
    </div>
  )
}
