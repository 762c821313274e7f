import { createEffect } from 'solid-js'
import { sessionStatus } from '../../api/session.ts'
import { useNavigate, useSearchParams } from '../../ui/router.ts'
import { safeNext } from './next.ts'

/** Who is signed in has nothing to do here and goes where they wanted to. */
export function useLanding(): { next: () => string; nextSearch: () => string } {
  const navigate = useNavigate()
  const [search] = useSearchParams()
  const next = () => safeNext(search.next, location.origin)
  createEffect(() => {
    if (sessionStatus() === 'signed-in') navigate(next(), { replace: true })
  })
  return {
    next,
    /** For links between pages of this room. */
    nextSearch: () =>
      typeof search.next === 'string' ? `?next=${encodeURIComponent(search.next)}` : '',
  }
}
