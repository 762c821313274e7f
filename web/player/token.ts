const tokenInPath = /\/p\/([^/]+)(?=\/v\/)/

export interface Grant {
  hlsUrl: string
  /** Pictures may stand under a token of their own. */
  storyboardUrl?: string | null
  /** RFC 3339. */
  expiresAt: string
}

/** The playback token of a media URL `/p/<token>/v/<videoId>/…`; undefined where it has none. */
export const findToken = (url: string): string | undefined => tokenInPath.exec(url)?.[1]

/** The same media URL under another token; a URL without a token comes back unchanged. */
export const withToken = (url: string, token: string): string =>
  url.replace(tokenInPath, () => `/p/${token}`)

const LEAD_MS = 5 * 60_000
/** A request sent so shortly before the end may arrive after it. */
const LAST_MS = 2000
const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 30_000
/** Whoever waits for a renewal waits no longer. */
const LIMIT_MS = 10_000

/** When to ask for the next token: five minutes, or a fifth of a short life, before its end. */
export function planRenewal(issuedAtMs: number, expiresAtMs: number): number {
  return expiresAtMs - Math.min(LEAD_MS, Math.max(0, expiresAtMs - issuedAtMs) / 5)
}

/** From when on a token is not worth a request: shortly before its end, for a tenth of a short life. */
export const planEnd = (issuedAtMs: number, expiresAtMs: number): number =>
  expiresAtMs - Math.min(LAST_MS, Math.max(0, expiresAtMs - issuedAtMs) / 10)

export interface TokenKeeper {
  /** The URL under the newest token of its kind, without waiting; foreign ones stay as they are. */
  apply(url: string): string
  /**
   * Waits for the next token only where the newest has ended; one that is about to is renewed beside
   * the request. A renewal that fails is tried again with growing waits while the old one lives.
   */
  fresh(url: string): Promise<string>
  /**
   * The server does not take this address: the next `fresh` renews, unless that has been done
   * meanwhile. False where nothing can be done.
   */
  refuse(url: string): boolean
  /** Its time is over, by our clock. */
  hasEnded(): boolean
  /** Puts a grant that came by another way in place of the one in use. */
  adopt(grant: Grant): void
  /** Asks for a new token now. Calls that overlap share one request. Rejects when it fails. */
  renew(): Promise<void>
}

export function createTokenKeeper(
  first: Grant,
  options: { now: () => number; renew?: (() => Promise<Grant>) | undefined },
): TokenKeeper {
  /** Every token seen so far with the newest of its kind. */
  const newest = new Map<string, string>()
  let current = first
  let renewAt = planRenewal(options.now(), Date.parse(first.expiresAt))
  let endsAt = planEnd(options.now(), Date.parse(first.expiresAt))
  let isRefused = false
  let failures = 0
  let running: Promise<void> | undefined

  async function ask(renewGrant: () => Promise<Grant>) {
    try {
      adopt(await renewGrant())
    } catch (error) {
      renewAt = options.now() + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++)
      throw error
    }
    // What has just come cannot have ended: our clock is wrong, and only a refusal tells.
    if (endsAt <= options.now()) renewAt = endsAt = Number.POSITIVE_INFINITY
  }
  function adopt(grant: Grant) {
    supersede(newest, findToken(current.hlsUrl), findToken(grant.hlsUrl))
    supersede(newest, findToken(current.storyboardUrl ?? ''), findToken(grant.storyboardUrl ?? ''))
    current = grant
    isRefused = false
    failures = 0
    renewAt = planRenewal(options.now(), Date.parse(grant.expiresAt))
    endsAt = planEnd(options.now(), Date.parse(grant.expiresAt))
  }
  function apply(url: string) {
    const token = newest.get(findToken(url) ?? '')
    return token === undefined ? url : withToken(url, token)
  }
  const renew = () => {
    if (!options.renew) return Promise.resolve()
    running ??= ask(options.renew).finally(() => (running = undefined))
    return running
  }
  const hasEnded = () => options.now() >= endsAt
  return {
    apply,
    adopt,
    renew,
    hasEnded,
    refuse(url) {
      isRefused ||= apply(url) === url
      return options.renew !== undefined
    },
    async fresh(url) {
      if (isRefused || hasEnded()) await within(LIMIT_MS, renew()).catch(() => undefined)
      else if (options.now() >= renewAt) renew().catch(() => undefined)
      return apply(url)
    },
  }
}

function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  return Promise.race([work, limit]).finally(() => clearTimeout(timer))
}

function supersede(newest: Map<string, string>, old: string | undefined, now: string | undefined) {
  if (old === undefined || now === undefined || old === now) return
  for (const [token, successor] of newest) if (successor === old) newest.set(token, now)
  newest.set(old, now)
}
