import { createSignal } from 'solid-js'
import { ApiError, type ClientErrorCode } from '../../api/error.ts'
import { problemText } from '../../api/problem.ts'

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
      const current = known()
      if (current && (fieldOf[current.code] || current.fields.length > 0)) return undefined
      return error() === undefined ? undefined : problemText(error())
    },
  }
}

export type Attempt = ReturnType<typeof createAttempt>

/** After a form was refused: the first wrong field, if one is. */
export const focusWrongField = (form: HTMLElement): void =>
  form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
