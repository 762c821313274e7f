import * as oidc from 'openid-client'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { callerAddress, countTry } from '../../core/rate-limit.ts'
import { randomSecret } from '../../core/secret.ts'
import { seal } from '../../core/seal.ts'
import { openChallenge } from '../auth/challenge.ts'
import { requireSameOrigin } from '../auth/cookie.ts'
import { planAddressLimit } from '../auth/policy.ts'
import { stateOf } from './cookie.ts'
import { discover, getProvider, redirectUri } from './discovery.ts'
import { type Mode, toOwnPath } from './policy.ts'
import type { Provider } from './provider.ts'

/** Where the browser goes, and the token that it must bring back in its cookie. */
export interface Begun {
  url: string
  token: string
}

/** Throws `not_found`, `forbidden` for pages of other sites, `rate_limited`, `outside_failed`. */
export async function startOutside(
  ctx: Ctx,
  { id, next, request }: { id: string; next: string | undefined; request: Request },
): Promise<Begun> {
  requireSameOrigin(ctx, request)
  const provider = getProvider(ctx, id)
  await countTry(ctx, planAddressLimit('login', callerAddress(request)))
  return begin(ctx, provider, { mode: 'login', next: toOwnPath(next ?? '/') })
}

const linkLimit = { max: 20, windowMs: 3600_000 }

/** Throws `not_found`, `rate_limited`, `outside_failed`. */
export async function linkOutside(ctx: Ctx, id: string): Promise<Begun> {
  const { userId } = requireUser(ctx.actor)
  const provider = getProvider(ctx, id)
  await countTry(ctx, { key: `outside:link:${userId}`, ...linkLimit })
  return begin(ctx, provider, { mode: 'link', next: '/' })
}

/** Authorization code with PKCE, state and nonce: RFC 9700, 2.1. */
async function begin(
  ctx: Ctx,
  provider: Provider,
  { mode, next }: { mode: Mode; next: string },
): Promise<Begun> {
  const verifier = oidc.randomPKCECodeVerifier()
  const nonce = randomSecret()
  const service = await discover(ctx, provider).catch((cause: unknown) => {
    throw new AppError(
      'outside_failed',
      `${provider.name} does not answer. Try again later, or sign in another way.`,
      { cause },
    )
  })
  const sealing = { purpose: 'outside', owner: nonce, text: verifier }
  const { actor } = ctx
  const token = await openChallenge(ctx, {
    kind: 'outside',
    ...(actor.kind === 'user' && { userId: actor.userId, sessionId: actor.sessionId }),
    data: {
      ...{ provider: provider.id, nonce, mode, next },
      verifier: await seal(ctx.config.SEAL_SECRET, sealing),
    },
  })
  const url = oidc.buildAuthorizationUrl(service, {
    redirect_uri: redirectUri(ctx, provider),
    scope: provider.scopes,
    state: await stateOf(ctx, token),
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  return { url: url.href, token }
}
