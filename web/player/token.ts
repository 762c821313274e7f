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

/** When to ask for the next token: five minutes, or a fifth of a short life, before its end. */
export function planRenewal(issuedAtMs: number, expiresAtMs: number): number {
  return expiresAtMs - Math.min(LEAD_MS, Math.max(0, expiresAtMs - issuedAtMs) / 5)
}

export interface TokenKeeper {
  /** The URL under the newest token of its kind, without waiting; foreign ones stay as they are. */
  apply(url: string): string
  /** Renews first where the token is about to end; a failed renewal leaves the old token in use. */
  fresh(url: string): Promise<string>
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
  let running: Promise<void> | undefined

  async function ask(renewGrant: () => Promise<Grant>) {
    adopt(await renewGrant())
  }
  function adopt(grant: Grant) {
    supersede(newest, findToken(current.hlsUrl), findToken(grant.hlsUrl))
    supersede(newest, findToken(current.storyboardUrl ?? ''), findToken(grant.storyboardUrl ?? ''))
    current = grant
    renewAt = planRenewal(options.now(), Date.parse(grant.expiresAt))
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
  return {
    apply,
    adopt,
    renew,
    async fresh(url) {
      if (options.renew && options.now() >= renewAt) await renew().catch(() => undefined)
      return apply(url)
    },
  }
}

function supersede(newest: Map<string, string>, old: string | undefined, now: string | undefined) {
  if (old === undefined || now === undefined || old === now) return
  for (const [token, successor] of newest) if (successor === old) newest.set(token, now)
  newest.set(old, now)
}
