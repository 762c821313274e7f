import { createSignal } from 'solid-js'
import { ApiError, type ClientErrorCode } from '../../api/error.ts'
import { formatWait } from '../../ui/format.ts'

/** Codes that belong to one field of the form: said there, not above it. */
type FieldOf = Partial<Record<ClientErrorCode, string>>

/** One act at a time, with what it failed of; errors of fields are told apart from the rest. */
export function createAttempt(fieldOf: FieldOf = {}) {
  const [error, setError] = createSignal<unknown>()
  const [isBusy, setBusy] = createSignal(false)
  const known = () => {
    const current = error()
    return current instanceof ApiError ? current : undefined
  }
  return {
    isBusy,
    /** Answers whether it worked. A second call while the first runs does nothing. */
    async run(act: () => Promise<void>): Promise<boolean> {
      if (isBusy()) return false
      setBusy(true)
      setError(undefined)
      try {
        await act()
        return true
      } catch (failure) {
        setError(failure)
        return false
      } finally {
        setBusy(false)
      }
    },
    forget: () => setError(undefined),
    fieldError(field: string): string | undefined {
      const current = known()
      if (!current) return undefined
      return fieldOf[current.code] === field ? current.message : current.fieldMessage(field)
    },
    /** What stands above the form. */
    banner(): string | undefined {
      if (error() === undefined) return undefined
      const current = known()
      if (!current) return 'Something went wrong here. Try again.'
      if (fieldOf[current.code] || current.fields.length > 0) return undefined
      if (current.code !== 'rate_limited') return current.message
      const wait = current.retryAfterMs === undefined ? 'a while' : formatWait(current.retryAfterMs)
      return `Too many tries. Wait ${wait} and try again.`
    },
  }
}

export type Attempt = ReturnType<typeof createAttempt>

/** After a form was refused: the first wrong field, if one is. */
export const focusWrongField = (form: HTMLElement): void =>
  form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
