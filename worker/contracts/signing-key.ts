import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { SigningKeyId, WorkspaceId } from './id.ts'
import { Time } from './page.ts'

export const SigningAlgorithm = z.enum(['EdDSA', 'RS256']).meta({
  id: 'SigningAlgorithm',
  description: 'EdDSA: Ed25519, short and fast. RS256: RSA of 2048 to 4096 bits.',
})
export type SigningAlgorithm = z.infer<typeof SigningAlgorithm>

/** RFC 7517 and 8037, what is public of them. */
export const PublicJwk = z.union([
  z.object({ kty: z.literal('RSA'), n: z.string(), e: z.string() }),
  z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }),
])
export type PublicJwk = z.infer<typeof PublicJwk>

const tag = 'Workspaces'
const params = z.object({ workspaceId: WorkspaceId })

export const SigningKey = z
  .object({
    id: SigningKeyId.meta({ description: '`kid` in the header of tokens' }),
    name: z.string(),
    algorithm: SigningAlgorithm,
    publicJwk: PublicJwk,
    createdBy: z.string().nullable().meta({ description: 'Their name; null once they are gone' }),
    createdAt: Time,
    lastUsedAt: Time.nullable().meta({ description: 'Within a minute' }),
  })
  .meta({ id: 'SigningKey' })
export type SigningKey = z.infer<typeof SigningKey>

/** Two keys work side by side, so that to rotate is to make one, use it, and revoke the other. */
export const createSigningKey = endpoint({
  id: 'createSigningKey',
  method: 'post',
  path: '/api/v1/workspaces/{workspaceId}/signing-keys',
  tag,
  summary: 'Make a signing key',
  description:
    'For programs that sign playback tokens themselves. Send the public key of a pair that you made, or an algorithm: then the private key is in this answer and nowhere else.',
  auth: 'user',
  scope: 'session',
  isStepUp: true,
  params,
  body: z
    .strictObject({
      name: z.string().trim().min(1, 'Enter a name').max(60),
      publicKey: z
        .string()
        .trim()
        .min(1, 'Paste the public key')
        .max(4096)
        .optional()
        .meta({ description: 'PEM (SPKI), or a JWK as JSON text' }),
      algorithm: SigningAlgorithm.optional(),
    })
    .refine(({ publicKey, algorithm }) => !publicKey !== !algorithm, {
      error: 'Send a public key, or the algorithm of one to be made',
      path: ['publicKey'],
    }),
  response: z
    .object({
      key: SigningKey,
      privateKey: z.string().nullable().meta({
        description: 'PEM (PKCS #8); null where you made the pair',
      }),
    })
    .meta({ id: 'NewSigningKey' }),
  status: 201,
  errors: ['email_unverified', 'forbidden', 'limit_reached'],
})

export const listSigningKeys = endpoint({
  id: 'listSigningKeys',
  method: 'get',
  path: '/api/v1/workspaces/{workspaceId}/signing-keys',
  tag,
  summary: 'Signing keys that work',
  auth: 'user',
  scope: 'session',
  params,
  response: z.object({ items: z.array(SigningKey) }).meta({ id: 'SigningKeys' }),
  errors: ['forbidden'],
})

export const revokeSigningKey = endpoint({
  id: 'revokeSigningKey',
  method: 'delete',
  path: '/api/v1/workspaces/{workspaceId}/signing-keys/{signingKeyId}',
  tag,
  summary: 'End a signing key, and all that was signed with it within 5 seconds',
  auth: 'user',
  scope: 'session',
  params: z.object({ workspaceId: WorkspaceId, signingKeyId: SigningKeyId }),
  errors: ['forbidden'],
})
