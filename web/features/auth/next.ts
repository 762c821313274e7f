/** Where to go after signing in: a path of this site and nothing else. */
export function safeNext(next: string | string[] | undefined, origin: string): string {
  if (typeof next !== 'string' || !next.startsWith('/')) return '/studio'
  try {
    // The browser's own parser decides, so "//evil" and "/\evil" are seen as what they are.
    const url = new URL(next, origin)
    return url.origin === origin ? url.pathname + url.search + url.hash : '/studio'
  } catch {
    return '/studio'
  }
}
