import { isHostAllowed } from '#contracts/domain.ts'

/** Which pages a browser may show the embed in. A source with http: matches https: as well. */
export function frameAncestors(domains: readonly string[] | null): string {
  if (domains === null) return 'frame-ancestors *'
  return ["frame-ancestors 'self'", ...domains.map((domain) => `http://${domain}:*`)].join(' ')
}

/**
 * Does the request itself name a page that may not show the video? Where it names none the browser
 * still holds to `frameAncestors`; a link that is followed to the embed is no embedding.
 */
export function isShownElsewhere(request: Request, domains: readonly string[] | null): boolean {
  if (request.headers.get('sec-fetch-dest') === 'document') return false
  const referer = request.headers.get('referer')
  if (!referer || !URL.canParse(referer)) return false
  const page = new URL(referer)
  return page.host !== new URL(request.url).host && !isHostAllowed(domains, page.hostname)
}
