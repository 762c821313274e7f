import { compactVerify, decodeProtectedHeader, importJWK } from 'jose'
import { z } from 'zod'
import { SigningKeyId, VideoId } from '#contracts/id.ts'
import { type Level, toLevel } from '#contracts/narrow.ts'
import { Restrictions } from '#contracts/restrictions.ts'
import { SigningAlgorithm } from '#contracts/signing-key.ts'
import { AppError } from '../../core/error.ts'
import { sha256Hex } from '../../core/secret.ts'
import type { SigningKeyRow } from '../signing-key/table.ts'
import { kinds, maxTokenChars } from './token.ts'

/** Strict: no key comes with a token (`jwk`, `jku`, `x5u`), and nothing that we would not heed. */
const Header = z.strictObject({
  alg: SigningAlgorithm,
  kid: SigningKeyId,
  typ: z.literal('JWT').optional(),
})
type Header = z.infer<typeof Header>

const time = z.int().nonnegative()
const Claims = z.strictObject({
  sub: VideoId,
  exp: time,
  nbf: time.optional(),
  iat: time.optional(),
  jti: z.string().min(1).max(128).optional(),
  aud: z.literal('lantern').optional(),
  restrictions: Restrictions.default({}),
})
type Claims = z.infer<typeof Claims>

/** What a JWT grants. */
export interface Signed {
  videoId: VideoId
  level: Level & { x: number; k: string }
  /** What its plays and streams are counted by. */
  countedBy: string
}

const maxSeconds = 24 * 3600
/** By so much may the clock of who signs be ahead. */
const skewSeconds = 60

const denied = (sentence: string, cause?: unknown) =>
  new AppError('playback_denied', sentence, { cause })

/** Our own begin with the name of a key; these with `{"` in base64url. */
export const isJwt = (token: string): boolean => token.startsWith('eyJ')

/** Which key to look for, before anything is believed. Throws `playback_denied`. */
export function readHeader(jwt: string): Header {
  if (jwt.length > maxTokenChars) throw denied(`A token has at most ${maxTokenChars} characters.`)
  let header: unknown
  try {
    header = decodeProtectedHeader(jwt)
  } catch (cause) {
    throw denied('The token is not a JWT.', cause)
  }
  const { data } = Header.safeParse(header)
  if (data) return data
  throw denied(
    'The header of the token holds alg (RS256 or EdDSA), kid (the id of a signing key), perhaps typ (JWT), and nothing else.',
  )
}

/** `now`: epoch ms. Throws `playback_denied`; an end that has come is left to the rights. */
export async function readJwt(
  jwt: string,
  { id, workspaceId, algorithm, publicJwk }: SigningKeyRow,
  now: number,
): Promise<Signed> {
  const { alg, kid } = readHeader(jwt)
  if (kid !== id || alg !== algorithm) {
    throw denied(`The token must be signed with the algorithm of its key, ${algorithm}.`)
  }
  const claims = readClaims(await readSigned(jwt, { algorithm, publicJwk }))
  const seconds = now / 1000
  const latest = Math.min(seconds + skewSeconds, claims.iat ?? Infinity) + maxSeconds
  if (claims.exp > latest)
    throw denied('A token lasts 24 hours at most: sign it with an earlier exp.')
  if ((claims.iat ?? 0) > seconds + skewSeconds) {
    throw denied('The token was issued in the future: check the clock of the server that signs.')
  }
  // Signatures have more than one spelling, what they sign has one.
  const counted = claims.jti ?? jwt.slice(0, jwt.lastIndexOf('.'))
  return {
    videoId: claims.sub,
    level: planLevel(claims),
    countedBy: (await sha256Hex(`${workspaceId} ${claims.sub} ${counted}`)).slice(0, 32),
  }
}

async function readSigned(
  jwt: string,
  { algorithm, publicJwk }: Pick<SigningKeyRow, 'algorithm' | 'publicJwk'>,
): Promise<unknown> {
  try {
    const key = await importJWK(publicJwk, algorithm)
    const { payload } = await compactVerify(jwt, key, { algorithms: [algorithm] })
    return JSON.parse(new TextDecoder().decode(payload))
  } catch (cause) {
    throw denied('The signature of the token does not hold.', cause)
  }
}

function readClaims(json: unknown): Claims {
  const parsed = Claims.safeParse(json)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  throw denied(
    `The claims of the token are not valid. ${[...path, ''].join('.')} ${message}`.trim(),
  )
}

function planLevel({ exp, nbf, restrictions }: Claims): Signed['level'] {
  const level = toLevel(restrictions)
  const notBefore = Math.max(nbf ?? 0, level.n ?? 0)
  return {
    ...level,
    k: level.k ?? kinds.watch,
    x: Math.min(exp, level.x ?? Infinity),
    ...(notBefore > 0 && { n: notBefore }),
  }
}
