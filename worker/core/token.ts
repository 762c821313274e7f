import { SignJWT, errors, importJWK, jwtVerify } from 'jose'
import { accessTokenSeconds } from '#contracts/auth.ts'
import { type LeaseId, type SessionId, type TaskId, type UserId, isId } from '#contracts/id.ts'
import type { Config } from '../env.ts'
import type { Ctx } from './context.ts'
import { AppError } from './error.ts'
import { fromBase64Url, hmac, isSame, toBase64Url } from './secret.ts'

const issuer = 'lantern'
const audience = 'lantern-api'

const signing = new WeakMap<Config, Promise<CryptoKey>>()
const verifying = new WeakMap<Config, Promise<Map<string, CryptoKey>>>()

type Jwk = Config['JWT_KEYS'][number]
const publicPart = ({ kty, n, e, kid }: Jwk) => ({ kty, n, e, kid, alg: 'RS256', use: 'sig' })

/** Public keys for `/.well-known/jwks.json` (RFC 7517); the first one signs. */
export const jwks = (config: Config) => ({ keys: config.JWT_KEYS.map(publicPart) })

async function importPublic(config: Config): Promise<Map<string, CryptoKey>> {
  const pairs = config.JWT_KEYS.map(
    async (jwk) => [jwk.kid, await importJWK(publicPart(jwk) as object, 'RS256')] as const,
  )
  return new Map((await Promise.all(pairs)) as [string, CryptoKey][])
}

/** RS256, 30 minutes. Claims: sub user, sid session. */
export async function signAccessToken(
  ctx: Ctx,
  claims: { userId: UserId; sessionId: SessionId },
): Promise<string> {
  const first = ctx.config.JWT_KEYS[0]!
  let key = signing.get(ctx.config)
  if (!key) {
    key = importJWK(first as object, 'RS256') as Promise<CryptoKey>
    signing.set(ctx.config, key)
  }
  const issuedAt = Math.floor(ctx.now() / 1000)
  return new SignJWT({ sid: claims.sessionId })
    .setProtectedHeader({ alg: 'RS256', kid: first.kid, typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(claims.userId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + accessTokenSeconds)
    .sign(await key)
}

/** Throws `token_expired`, or `unauthorized` for every other fault. */
export async function verifyAccessToken(
  ctx: Ctx,
  token: string,
): Promise<{ userId: UserId; sessionId: SessionId }> {
  let keys = verifying.get(ctx.config)
  if (!keys) {
    keys = importPublic(ctx.config)
    verifying.set(ctx.config, keys)
  }
  const byKid = await keys
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid }) => {
        const key = byKid.get(kid ?? '')
        if (!key) throw new errors.JWKSNoMatchingKey()
        return key
      },
      {
        algorithms: ['RS256'],
        issuer,
        audience,
        typ: 'at+jwt',
        currentDate: new Date(ctx.now()),
        requiredClaims: ['sub', 'sid', 'exp', 'iat'],
      },
    )
    const { sub, sid } = payload as { sub: string; sid: unknown }
    if (!isId('user', sub) || typeof sid !== 'string' || !isId('session', sid)) throw new Error()
    return { userId: sub, sessionId: sid }
  } catch (cause) {
    if (cause instanceof errors.JWTExpired) throw new AppError('token_expired')
    throw new AppError('unauthorized', 'The access token is not valid.', { cause })
  }
}

export interface TaskClaim {
  taskId: TaskId
  attempt: number
  leaseId: LeaseId
}

const taskText = (claim: TaskClaim, expiresAt: number) =>
  `${claim.taskId}.${claim.attempt}.${claim.leaseId}.${expiresAt}`

/** What the transcoder calls back with: bound to one attempt of one task. `expiresAt` epoch ms. */
export async function signTaskToken(
  ctx: Ctx,
  claim: TaskClaim,
  expiresAt: number,
): Promise<string> {
  const text = taskText(claim, expiresAt)
  return `${text}.${toBase64Url(await hmac(ctx.config.TASK_SECRET, text))}`
}

/** Throws `unauthorized`. */
export async function verifyTaskToken(ctx: Ctx, token: string): Promise<TaskClaim> {
  const [taskId = '', attempt = '', leaseId = '', expiresAt = '', mac = ''] = token.split('.')
  const denied = new AppError('unauthorized', 'The task token is not valid.')
  if (!isId('task', taskId) || !isId('lease', leaseId) || !/^\d{1,6}$/.test(attempt)) throw denied
  const claim = { taskId, leaseId, attempt: Number(attempt) }
  const expected = await hmac(ctx.config.TASK_SECRET, taskText(claim, Number(expiresAt)))
  if (!isSame(fromBase64Url(mac), expected) || Number(expiresAt) <= ctx.now()) throw denied
  return claim
}
