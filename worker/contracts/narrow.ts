/**
 * Narrows a playback token where it is held, without calling anybody. This file imports nothing, so
 * that it can be copied into any program; it needs WebCrypto (browsers, Node 20, Deno, Workers).
 *
 * A token is `kid.grant[.restriction…].mac`. The last part is the key of the next: whoever holds a
 * token can add a restriction and sign it with that key, and nobody can take one off again, for the
 * key before it is not in the token. Birgisson et al., "Macaroons", NDSS 2014.
 */

/** What a link may open: film, pictures, captions, file. */
export type GrantKind = 'watch' | 'image' | 'caption' | 'download'

/** Each only ever takes away. What is not named stays as it was. */
export interface Restrictions {
  kinds?: readonly GrantKind[] | undefined
  /** RFC 3339. */
  expiresAt?: string | undefined
  /** RFC 3339. */
  notBefore?: string | undefined
  /** ISO 3166-1 alpha-2, upper case. */
  countries?: readonly string[] | undefined
  /** Addresses and CIDR ranges, both kinds of IP. */
  ipRanges?: readonly string[] | undefined
  /** Hosts of pages that may show it; `*.example.com`, and `none` for players that name no page. */
  domains?: readonly string[] | undefined
  /** Who watches, as you call them; 1 to 64 characters. */
  viewerId?: string | undefined
  /** Of the picture's shorter side, in pixels. */
  maxHeight?: number | undefined
  /** A part of the film, in seconds from its beginning; whole segments are served. */
  clip?: { fromSeconds: number; toSeconds: number } | undefined
  /** How often it may be begun. */
  maxPlays?: number | undefined
  /** How many devices of one viewer may play at once. */
  maxStreams?: number | undefined
}

/** The form in which a token carries them: one letter each, times in epoch seconds. */
export interface Level {
  k?: string
  x?: number
  n?: number
  c?: readonly string[]
  i?: readonly string[]
  d?: readonly string[]
  u?: string
  h?: number
  t?: readonly [number, number]
  p?: number
  m?: number
  /** One beginning of a player: what plays, stalls and streams are counted by. */
  r?: string
}

const letters: Record<GrantKind, string> = { watch: 'w', image: 'i', caption: 'c', download: 'd' }

const toSeconds = (time: string) => Math.floor(Date.parse(time) / 1000)

export function toLevel(restrictions: Restrictions): Level {
  const { kinds, expiresAt, notBefore, countries, ipRanges, domains } = restrictions
  const { viewerId, maxHeight, clip, maxPlays, maxStreams } = restrictions
  return {
    ...(kinds && { k: kinds.map((kind) => letters[kind]).join('') }),
    ...(expiresAt && { x: toSeconds(expiresAt) }),
    ...(notBefore && { n: toSeconds(notBefore) }),
    ...(countries && { c: countries }),
    ...(ipRanges && { i: ipRanges }),
    ...(domains && { d: domains }),
    ...(viewerId && { u: viewerId }),
    ...(maxHeight && { h: maxHeight }),
    ...(clip && { t: [clip.fromSeconds, clip.toSeconds] }),
    ...(maxPlays && { p: maxPlays }),
    ...(maxStreams && { m: maxStreams }),
  }
}

/** HMAC-SHA256 under the token's last part, cut to 16 bytes (RFC 2104, section 5). */
async function chainMac(mac: string, text: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', fromBase64Url(mac), algorithm, false, ['sign'])
  const signed = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text))
  return toBase64Url(new Uint8Array(signed).subarray(0, 16))
}

/** The token with one more level. It opens what the old one opens and the level allows. */
export async function addLevel(token: string, level: Level): Promise<string> {
  const end = token.lastIndexOf('.')
  const text = toBase64Url(new TextEncoder().encode(JSON.stringify(level)))
  return `${token.slice(0, end)}.${text}.${await chainMac(token.slice(end + 1), text)}`
}

/** `narrow(token, { clip: { fromSeconds: 60, toSeconds: 90 }, expiresAt: '2030-01-01T00:00:00Z' })` */
export const narrow = (token: string, restrictions: Restrictions): Promise<string> =>
  addLevel(token, toLevel(restrictions))

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
    char.charCodeAt(0),
  )
