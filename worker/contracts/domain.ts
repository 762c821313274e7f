/** Most that one list names. */
export const maxDomains = 50

/** What a content security policy can name: letters, digits and hyphens between dots. */
const hostPattern = /^(?=.{1,253}$)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*$/

/**
 * A site as lists hold it: an ASCII host in lower case, or `*.` and a host for all that lie below it.
 * Takes what people paste, as `https://Bücher.example/page`. Undefined for what names no host.
 */
export function toDomain(text: string): string | undefined {
  const pasted = text.trim().replace(/^https?:\/\//i, '')
  const isWild = pasted.startsWith('*.')
  const named = isWild ? pasted.slice(2) : pasted
  // A label in front of an address in digits is no host, and URL says so.
  const address = `http://${isWild ? 'a.' : ''}${named}`
  if (named.includes('://') || !URL.canParse(address)) return undefined
  const url = new URL(address)
  if (url.username || url.password) return undefined
  const host = isWild ? url.hostname.slice(2) : url.hostname
  if (!hostPattern.test(host)) return undefined
  return isWild ? `*.${host}` : host
}

/**
 * May pages of `host` (a host name as URL has it, without port) show the video? `domains`: null is
 * anywhere, an empty list nowhere. As in frame-ancestors, `*.example.com` leaves example.com out.
 */
export function isHostAllowed(domains: readonly string[] | null, host: string): boolean {
  if (domains === null) return true
  const name = host.toLowerCase()
  return domains.some((domain) =>
    domain.startsWith('*.')
      ? name.endsWith(domain.slice(1)) && name.length >= domain.length
      : name === domain,
  )
}
