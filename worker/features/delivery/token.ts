import type { SessionId, VideoId } from '#contracts/id.ts'
import type { Visibility } from '#contracts/video.ts'
import { AppError } from '../../core/error.ts'
import { fromBase64Url, hmac, isSame, toBase64Url } from '../../core/secret.ts'
import type { Config } from '../../env.ts'

/** `play` opens everything below a video, `image` only its pictures and their index. */
export type TokenKind = 'play' | 'image'

export interface Grant {
  videoId: VideoId
  /** Of the video; a higher one in D1 ends the token. */
  epoch: number
  /** Epoch seconds. */
  expiresAt: number
  kind: TokenKind
  sessionId?: SessionId
}

const macBytes = 16
const daySeconds = 24 * 3600

type Keys = Pick<Config, 'TOKEN_KEYS'>

/** `kid.payload.mac`: HMAC-SHA256 over `kid.payload`, cut to 16 bytes (RFC 2104, section 5). */
export async function signGrant(config: Keys, grant: Grant): Promise<string> {
  const [kid, secret] = Object.entries(config.TOKEN_KEYS)[0]!
  const { videoId: v, epoch: e, expiresAt: x, kind: k, sessionId: s } = grant
  const payload = Buffer.from(JSON.stringify({ v, e, x, k, s })).toString('base64url')
  return `${kid}.${payload}.${await mac(secret, `${kid}.${payload}`)}`
}

const mac = async (secret: string, text: string): Promise<string> =>
  toBase64Url((await hmac(secret, text)).subarray(0, macBytes))

const denied = (sentence: string) => new AppError('playback_denied', sentence)
const altered = () => denied('The link is not valid.')

/** A viewer sends one token with every segment; its signature is checked once an isolate. */
const verified = new WeakMap<object, Map<string, Grant>>()
const maxVerified = 2000

/**
 * The grant, once signature and expiry hold; `now` in epoch ms. Any key of TOKEN_KEYS verifies, so
 * keys can change while links live. Throws `playback_denied`.
 */
export async function verifyGrant(config: Keys, token: string, now: number): Promise<Grant> {
  let known = verified.get(config.TOKEN_KEYS)
  if (!known) verified.set(config.TOKEN_KEYS, (known = new Map()))
  let grant = known.get(token)
  if (!grant) {
    grant = await readGrant(config, token)
    if (known.size >= maxVerified) known.delete(known.keys().next().value!)
    known.set(token, grant)
  }
  if (grant.expiresAt * 1000 <= now) throw denied('The link has expired. Load the page again.')
  return grant
}

async function readGrant(config: Keys, token: string): Promise<Grant> {
  const end = token.lastIndexOf('.')
  const kidEnd = token.indexOf('.')
  const kid = token.slice(0, kidEnd)
  if (kidEnd < 1 || end === kidEnd || token.length > 1024) throw altered()
  if (!Object.hasOwn(config.TOKEN_KEYS, kid)) throw altered()
  const expected = await mac(config.TOKEN_KEYS[kid]!, token.slice(0, end))
  // Text against text: base64url has spare bits, and a second spelling is an altered token.
  if (!isSame(token.slice(end + 1), expected)) throw altered()
  const payload = Buffer.from(fromBase64Url(token.slice(kidEnd + 1, end))).toString()
  const { v, e, x, k, s } = JSON.parse(payload)
  return { videoId: v, epoch: e, expiresAt: x, kind: k, ...(s && { sessionId: s }) }
}

/** The end of tomorrow (UTC), in epoch seconds: the same address all day, so browsers can cache. */
export const stableExpiry = (now: number): number =>
  (Math.floor(now / 1000 / daySeconds) + 2) * daySeconds

/** Epoch seconds. Twice the film for pauses, between 2 and 24 hours. */
export function playExpiry(
  now: number,
  video: { visibility: Visibility; durationMs: number | null },
): number {
  if (video.visibility === 'public') return stableExpiry(now)
  const seconds = Math.max(2 * 3600, Math.ceil((2 * (video.durationMs ?? 0)) / 1000))
  return Math.floor(now / 1000) + Math.min(seconds, daySeconds)
}
