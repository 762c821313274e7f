import * as oidc from 'openid-client'
import { DisplayName, Email } from '#contracts/auth.ts'
import type * as contract from '#contracts/outside.ts'
import type { Input } from '#contracts/endpoint.ts'
import type { Ctx } from '../../core/context.ts'
import { unseal } from '../../core/seal.ts'
import type { ChallengeRow } from '../auth/challenge.ts'
import { discover, getProvider, redirectUri } from './discovery.ts'
import type { Outcome } from './policy.ts'
import type { Provider } from './provider.ts'

export type Query = Input<typeof contract.finishOutside>['query']

/** What another service says of a person. */
export interface Vouched {
  provider: Provider
  subject: string
  /** Empty where it says none. */
  email: string
  /** The service vouches that the address is theirs. */
  isVerified: boolean
  displayName: string
}

/**
 * Trades the code for an ID token and checks it: issuer, audience, nonce, times, signature. Nothing
 * of what the service says of a failure goes further than our log, and there only the library's code.
 */
export async function redeem(
  ctx: Ctx,
  { data }: ChallengeRow,
  query: Query,
): Promise<Vouched | Outcome> {
  if (query.error) return query.error === 'access_denied' ? 'cancelled' : 'failed'
  const { provider: id = '', nonce = '', verifier = '' } = data
  const provider = getProvider(ctx, id)
  try {
    const service = await discover(ctx, provider)
    const sealing = { purpose: 'outside', owner: nonce, sealed: verifier }
    const url = new URL(redirectUri(ctx, provider))
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value ?? '')
    const tokens = await oidc.authorizationCodeGrant(service, url, {
      pkceCodeVerifier: await unseal(ctx.config.SEAL_SECRET, sealing),
      expectedState: query.state ?? '',
      expectedNonce: nonce,
      idTokenExpected: true,
    })
    const token = tokens.claims()
    if (!token?.sub || token.sub.length > maxSubjectLength) return 'failed'
    // By the standard, what scopes ask for may stand there alone.
    const hasMore = token['email'] === undefined && service.serverMetadata().userinfo_endpoint
    const more = hasMore ? await oidc.fetchUserInfo(service, tokens.access_token, token.sub) : {}
    return toVouched(provider, token.sub, { ...more, ...token })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    ctx.log.warn('outside sign-in failed', { provider: id, code: code.slice(0, 80) })
    return 'failed'
  }
}

/** https://openid.net/specs/openid-connect-core-1_0.html#IDToken */
const maxSubjectLength = 255

/** Claims are strangers' text: each is parsed as if a person had typed it. */
export function toVouched(
  provider: Provider,
  subject: string,
  claims: Record<string, unknown>,
): Vouched {
  const email = Email.safeParse(claims['email']).data ?? ''
  const name = typeof claims['name'] === 'string' ? claims['name'].trim().slice(0, 80) : ''
  return {
    provider,
    subject,
    email,
    isVerified: email !== '' && claims['email_verified'] === true,
    displayName: DisplayName.safeParse(name).data ?? email.split('@')[0]?.slice(0, 80) ?? '',
  }
}
