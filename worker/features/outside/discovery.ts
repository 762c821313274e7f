import * as oidc from 'openid-client'
import type { Ctx } from '../../core/context.ts'
import { notFound } from '../../core/error.ts'
import { linkTo } from '../mail/service.ts'
import type { Provider } from './provider.ts'

const keptMs = 3600_000
const timeoutSeconds = 10

/** Only what has arrived: workerd lets no request wait for the I/O of another. */
const known = new Map<string, { service: oidc.Configuration; endsAt: number }>()

/** Throws `not_found`. */
export function getProvider(ctx: Ctx, id: string): Provider {
  const provider = ctx.config.OIDC_PROVIDERS.find((one) => one.id === id)
  if (!provider) throw notFound('provider')
  return provider
}

/** As the operator has entered it there; never what a request claims. */
export const redirectUri = (ctx: Ctx, provider: Provider): string =>
  linkTo(ctx, `/api/v1/auth/outside/${provider.id}/callback`)

/** Not every service takes the secret in the body; the header is what all must take. */
const bySecret: oidc.ClientAuth = (server, client, body, headers) => {
  const inBody = server.token_endpoint_auth_methods_supported?.includes('client_secret_post')
  const send = inBody ? oidc.ClientSecretPost() : oidc.ClientSecretBasic()
  return send(server, client, body, headers)
}

/**
 * What a service says of itself, kept for an hour. Throws whatever the library does where it is
 * down or claims another issuer. https://openid.net/specs/openid-connect-discovery-1_0.html
 */
export async function discover(ctx: Ctx, provider: Provider): Promise<oidc.Configuration> {
  const kept = known.get(provider.id)
  if (kept && kept.endsAt > ctx.now()) return kept.service
  const { issuer, clientId, clientSecret } = provider
  const service = await oidc.discovery(
    new URL(issuer),
    clientId,
    clientSecret,
    clientSecret ? bySecret : oidc.None(),
    {
      timeout: timeoutSeconds,
      execute: [
        oidc.enableNonRepudiationChecks, // without it, the library trusts TLS for the signature
        ...(issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : []),
      ],
    },
  )
  const { authorization_endpoint, token_endpoint, jwks_uri } = service.serverMetadata()
  if (!authorization_endpoint || !token_endpoint || !jwks_uri) {
    throw new Error(`${provider.id} lacks an endpoint that a sign-in needs`)
  }
  known.set(provider.id, { service, endsAt: ctx.now() + keptMs })
  return service
}
