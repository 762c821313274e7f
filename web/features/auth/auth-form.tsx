import type { JSX } from 'solid-js'
import { createEffect, createSignal, Show } from 'solid-js'
import { ApiError } from '../../api/error.ts'
import { sessionStatus } from '../../api/session.ts'
import { BrandMark } from '../../ui/brand.tsx'
import { Button } from '../../ui/button.tsx'
import { formatWait } from '../../ui/format.ts'
import { useNavigate, useSearchParams } from '../../ui/router.ts'
import { safeNext } from './next.ts'

interface AuthFormProps {
  title: string
  lead: string
  actionLabel: string
  /** Gets the form's fields by name; throws ApiError. */
  onSubmit: (fields: Record<string, string>) => Promise<void>
  children: (fieldError: (field: string) => string | undefined) => JSX.Element
  foot: (search: string) => JSX.Element
}

/** A native form: password managers know it, Enter sends it, errors stand at their fields. */
export function AuthForm(props: AuthFormProps) {
  const navigate = useNavigate()
  const [search] = useSearchParams()
  const [error, setError] = createSignal<unknown>()
  const [isBusy, setBusy] = createSignal(false)
  let form!: HTMLFormElement

  const nextSearch = () =>
    typeof search.next === 'string' ? `?next=${encodeURIComponent(search.next)}` : ''

  createEffect(() => {
    if (sessionStatus() === 'signed-in') {
      navigate(safeNext(search.next, location.origin), { replace: true })
    }
  })

  const fieldError = (field: string) => {
    const current = error()
    return current instanceof ApiError ? current.fieldMessage(field) : undefined
  }

  async function submit(event: SubmitEvent) {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      const fields = Object.fromEntries([...new FormData(form)].map(([k, v]) => [k, String(v)]))
      await props.onSubmit(fields)
    } catch (failure) {
      setError(failure)
      form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
    } finally {
      setBusy(false)
    }
  }

  return (
    <div class='mx-auto grid max-w-[400px] gap-6 pt-[8vh] max-md:pt-8'>
      <div class='grid gap-2'>
        <BrandMark class='mb-3 size-11! rounded-frame!' />
        <h1 class='text-headline font-semi'>{props.title}</h1>
        <p class='text-read text-ink-2'>{props.lead}</p>
      </div>
      <form
        ref={(element) => (form = element)}
        class='grid gap-4'
        method='post'
        onSubmit={(event) => void submit(event)}
      >
        <div role='alert'>
          <Show when={bannerText(error())}>
            {(text) => (
              <p class='rounded-ctl bg-danger-soft px-3.5 py-2.5 font-medium text-danger'>
                {text()}
              </p>
            )}
          </Show>
        </div>
        {props.children(fieldError)}
        <Button type='submit' look='primary' class='mt-1 w-full' isBusy={isBusy()}>
          {props.actionLabel}
        </Button>
      </form>
      <p class='text-ink-2'>{props.foot(nextSearch())}</p>
    </div>
  )
}

/** What stands above the form; errors of single fields stand at the fields. */
function bannerText(error: unknown): string | undefined {
  if (error === undefined) return undefined
  if (!(error instanceof ApiError)) return 'Something went wrong here. Try again.'
  if (error.code === 'rate_limited') {
    const wait = error.retryAfterMs === undefined ? 'a while' : formatWait(error.retryAfterMs)
    return `Too many tries. Wait ${wait} and try again.`
  }
  if (error.fields.length > 0) return undefined
  return error.message
}
