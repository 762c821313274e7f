const key = 'lantern-invitation'

/**
 * Takes the token out of the address, where history and bookmarks would keep it, and holds it for
 * as long as the tab lives: signing in or up on the way back here must not lose it.
 */
export function takeToken(): string | undefined {
  const fresh = new URLSearchParams(location.hash.slice(1)).get('token')
  if (fresh) {
    history.replaceState(history.state, '', location.pathname + location.search)
    keepToken(fresh)
  }
  return fresh ?? storedToken()
}

function storedToken(): string | undefined {
  try {
    return sessionStorage.getItem(key) ?? undefined
  } catch {
    return undefined
  }
}

function keepToken(token: string): void {
  try {
    sessionStorage.setItem(key, token)
  } catch {
    // Then the link must be opened again after signing in.
  }
}

export function dropToken(): void {
  try {
    sessionStorage.removeItem(key)
  } catch {
    // Nothing is kept.
  }
}
