import type { JSX } from 'solid-js'
import { createSignal, Show } from 'solid-js'
import { ApiError } from '../api/error.ts'
import { Button } from '../ui/button.tsx'
import { problemText } from '../api/problem.ts'

interface FormProps {
  actionLabel: string
  /** Gets the form's fields by name; throws ApiError. */
  onSubmit: (fields: Record<string, string>) => Promise<unknown>
  children: (form: FormState) => JSX.Element
  /** The button is as wide as the fields. */
  isWide?: boolean
  look?: 'primary' | 'danger'
  /** Beside the button. */
  aside?: JSX.Element
  /** Codes that are told at this field and nowhere else. */
  codesAt?: { field: string; codes: string[] }
}

export interface FormState {
  fieldError: (field: string) => string | undefined
  isBusy: () => boolean
  /** Sends it as its button does. */
  submit: () => void
}

/** A native form: password managers know it, Enter sends it, errors stand at their fields. */
export function Form(props: FormProps) {
  const [error, setError] = createSignal<unknown>()
  const [isBusy, setBusy] = createSignal(false)
  let form!: HTMLFormElement

  const isAt = (field: string, failure: unknown) =>
    failure instanceof ApiError &&
    props.codesAt?.field === field &&
    props.codesAt.codes.includes(failure.code)

  function fieldError(field: string): string | undefined {
    const current = error()
    if (isAt(field, current)) return problemText(current)
    return current instanceof ApiError ? current.fieldMessage(field) : undefined
  }

  function bannerText(): string | undefined {
    const current = error()
    if (current === undefined || isAt(props.codesAt?.field ?? '', current)) return undefined
    if (current instanceof ApiError && current.fields.length > 0) return undefined
    return problemText(current)
  }

  async function submit(event: SubmitEvent) {
    event.preventDefault()
    if (isBusy()) return
    setBusy(true)
    setError(undefined)
    try {
      await props.onSubmit(fieldsOf(form))
    } catch (failure) {
      setError(failure)
      form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
    } finally {
      setBusy(false)
    }
  }

  return (
    <form
      ref={(element) => (form = element)}
      class='grid gap-4'
      method='post'
      onSubmit={(event) => void submit(event)}
    >
      <Banner text={bannerText()} />
      {props.children({ fieldError, isBusy, submit: () => form.requestSubmit() })}
      <div class='mt-1 flex flex-wrap items-center gap-2'>
        <Button
          type='submit'
          look={props.look ?? 'primary'}
          class={props.isWide ? 'w-full' : ''}
          isBusy={isBusy()}
        >
          {props.actionLabel}
        </Button>
        {props.aside}
      </div>
    </form>
  )
}

const fieldsOf = (form: HTMLFormElement): Record<string, string> =>
  Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]))

/** What stands above a form; errors of single fields stand at the fields. */
export function Banner(props: { text: string | undefined }) {
  return (
    <div role='alert' class='empty:hidden'>
      <Show when={props.text}>
        <p class='rounded-ctl bg-danger-soft px-3.5 py-2.5 font-medium text-danger'>{props.text}</p>
      </Show>
    </div>
  )
}

/** Says what has happened, calmly. */
export function Note(props: { children: JSX.Element }) {
  return (
    <p role='status' class='rounded-ctl bg-action-soft px-3.5 py-2.5 font-medium text-action'>
      {props.children}
    </p>
  )
}
