import { createHmac } from 'node:crypto'
import { type Id, type SessionId, type VideoId, isId } from '#contracts/id.ts'
import { type Level, addLevel } from '#contracts/narrow.ts'
import type { Visibility } from '#contracts/video.ts'
import { AppError } from '../../core/error.ts'
import { fromBase64Url, isSame, sha256Hex } from '../../core/secret.ts'
import type { Config } from '../../env.ts'
import { readLevel } from './level.ts'
import { type Rights, combine } from './rights.ts'

/** What the grant itself says; restrictions may stand in it as in every level after it. */
export interface GrantSpec {
  videoId: VideoId
  /** Of the video; a higher one in D1 ends the token. */
  epoch: number
  /** Its first level; `x` and `k` always stand there. */
  level: Level & { x: number; k: string }
  /** The session or key that got it: it ends with that, and with its place in the workspace. */
  holder?: SessionId | Id<'apiKey'> | Id<'signingKey'>
  /** The share link that it stands for: it ends with that. */
  linkId?: Id<'link'>
  /** What its first level counts plays and streams by; without it, the link or the grant itself. */
  countedBy?: string
}

export interface Grant extends Omit<GrantSpec, 'level' | 'countedBy'> {
  rights: Rights
  /** What its plays and streams are counted under, by the level that limits them. */
  counterKeys: Map<number, string>
}

export const kinds = { watch: 'wic', image: 'i', caption: 'c', download: 'd' } as const

const macBytes = 16
const daySeconds = 24 * 3600
const maxLevels = 8
export const maxTokenChars = 2048

type Keys = Pick<Config, 'TOKEN_KEYS'>

/** `kid.grant.mac`: HMAC-SHA256 over `kid.grant`, cut to 16 bytes. `contracts/narrow.ts` adds levels. */
export async function signGrant(config: Keys, spec: GrantSpec): Promise<string> {
  const [kid, secret] = Object.entries(config.TOKEN_KEYS)[0]!
  const { videoId: v, epoch: e, holder: b, linkId: l, countedBy: j, level } = spec
  const payload = Buffer.from(JSON.stringify({ v, e, b, l, j, ...level })).toString('base64url')
  return `${kid}.${payload}.${macOf(secret, `${kid}.${payload}`)}`
}

/** As `chainMac` of contracts/narrow.ts, by `node:crypto`, which answers at once: a viewer's first segment waits for no other thread. */
const macOf = (key: string | Uint8Array, text: string): string =>
  createHmac('sha256', key).update(text).digest().subarray(0, macBytes).toString('base64url')

/** The token for one beginning of a player. */
export const forPlay = (token: string, playId: string): Promise<string> =>
  addLevel(token, { r: playId })

const denied = (sentence: string) => new AppError('playback_denied', sentence)
const altered = () => denied('The link is not valid.')

/** A viewer sends one token with every segment; its signature is checked once an isolate. */
const verified = new WeakMap<object, Map<string, Grant>>()
const maxVerified = 2000

/**
 * The grant of a token whose signatures hold, whatever its rights say. Any key of TOKEN_KEYS
 * verifies, so keys can change while links live. Throws `playback_denied`.
 */
export async function verifyGrant(config: Keys, token: string): Promise<Grant> {
  let known = verified.get(config.TOKEN_KEYS)
  if (!known) verified.set(config.TOKEN_KEYS, (known = new Map()))
  let grant = known.get(token)
  if (!grant) {
    grant = await readGrant(config, token)
    if (known.size >= maxVerified) known.delete(known.keys().next().value!)
    known.set(token, grant)
  }
  return grant
}

async function readGrant(config: Keys, token: string): Promise<Grant> {
  const [kid = '', payload = '', ...rest] = token.split('.')
  const given = rest.pop()
  if (!given || token.length > maxTokenChars || rest.length > maxLevels) throw altered()
  if (!Object.hasOwn(config.TOKEN_KEYS, kid)) throw altered()
  const macs = [macOf(config.TOKEN_KEYS[kid]!, `${kid}.${payload}`)]
  for (const text of rest) macs.push(macOf(fromBase64Url(macs.at(-1)!), text))
  // Text against text: base64url has spare bits, and a second spelling is an altered token.
  if (!isSame(given, macs.at(-1)!)) throw altered()

  const { v, e, b, l, j, ...first } = parse(payload) as Record<string, unknown>
  const levels = [first, ...rest.map(parse)].map(readLevel)
  if (typeof v !== 'string' || !isId('video', v) || typeof e !== 'number') throw altered()
  if (!levels.every((level) => level !== undefined)) throw altered()
  const rights = combine(levels)
  // A link that is signed with another key stays one link, as an order that is signed anew.
  const root = j ?? l
  const keys = [...rights.plays, ...rights.streams].map(
    async ({ level }) =>
      [level, await countedBy(level === 0 ? root : undefined, macs[level]!)] as const,
  )
  return {
    videoId: v,
    epoch: e,
    ...(b !== undefined && { holder: b as NonNullable<Grant['holder']> }),
    ...(l !== undefined && { linkId: l as NonNullable<Grant['linkId']> }),
    rights,
    counterKeys: new Map(await Promise.all(keys)),
  }
}

const countedBy = async (given: unknown, mac: string): Promise<string> =>
  typeof given === 'string' ? given : (await sha256Hex(mac)).slice(0, 32)

/** Throws `playback_denied`: whoever narrows a token may write anything. */
function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(fromBase64Url(text)).toString())
  } catch {
    throw altered()
  }
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
