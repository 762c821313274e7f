import { createEffect, on } from 'solid-js'
import { useLocation } from '../../ui/router.ts'

/**
 * Hands over what stands in the address after its `#`, and takes it out of the address at once: it
 * is a secret that would stay in the history, in bookmarks and on screenshots.
 */
export function useFragment(take: (fields: URLSearchParams) => void): void {
  const place = useLocation()
  createEffect(
    on(
      () => place.hash,
      (hash) => {
        if (!hash) return
        const { pathname, search } = location
        history.replaceState(history.state, '', pathname + search)
        take(new URLSearchParams(hash.slice(1)))
      },
    ),
  )
}
