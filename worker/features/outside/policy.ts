const nowhere = 'http://own.invalid'

/**
 * A path of this origin, percent-encoded so that it may stand in a header; `/` for whatever could
 * lead a browser elsewhere. Browsers drop tabs and line ends, and read `\` as `/`:
 * https://url.spec.whatwg.org/#concept-basic-url-parser
 */
export function toOwnPath(next: string): string {
  if (!/^\/(?![/\\])[^\\\s\p{Cc}]*$/u.test(next)) return '/'
  const url = URL.parse(next, nowhere)
  // `/.//elsewhere` is a path here, and an address once it is used by itself.
  if (url?.origin !== nowhere || url.pathname.startsWith('//')) return '/'
  return `${url.pathname}${url.search}${url.hash}`
}

/** How a sign-in at another service may end without a session. Pages have words for each. */
export type Outcome =
  /** It took too long, was used before, or began in another browser. */
  | 'ended'
  /** The person said no there. */
  | 'cancelled'
  /** The other service did not answer, or with what cannot be trusted. */
  | 'failed'
  /** The other service does not vouch for the address. */
  | 'unverified'
  /** An account here has the address: its holder links it after signing in. */
  | 'exists'
  /** To link: what it vouches for opens another account here. */
  | 'taken'
  /** To link: another account of that service is linked already. */
  | 'already'
  | 'suspended'

/** Where the page of a person's ways to sign in lies. */
export const securityPath = '/account/security'

export type Mode = 'login' | 'link'

/** The page that says how it ended. Whoever links is signed in, so no sign-in page is of use. */
export const pageOf = (mode: Mode, outcome: Outcome | 'linked'): string =>
  `${mode === 'link' ? securityPath : '/login'}?outside=${outcome}`
