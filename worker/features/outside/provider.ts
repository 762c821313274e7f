import { z } from 'zod'

/** Plain http only where nothing can listen in between: on this machine. */
const isSafe = (issuer: string) =>
  issuer.startsWith('https://') || /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?(\/|$)/.test(issuer)

const Provider = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,30}$/, 'Use a-z, 0-9 and - for an id, at most 30'),
  name: z.string().trim().min(1).max(60),
  issuer: z
    .url()
    .refine(isSafe, 'An issuer begins with https://')
    // The library takes such an address as it is, and would not compare the issuer.
    .refine((issuer) => !issuer.includes('/.well-known/'), 'Give the issuer, without /.well-known'),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1).optional(),
  scopes: z
    .string()
    .regex(/(^| )openid( |$)/, 'Scopes must have openid among them')
    .default('openid email profile'),
})
export type Provider = z.output<typeof Provider>

/** JSON in one setting; a value that makes no sense is named, and never shown: secrets are in it. */
export const Providers = z
  .string()
  .default('[]')
  .transform((json, check): unknown => {
    try {
      return JSON.parse(json)
    } catch {
      check.addIssue('OIDC_PROVIDERS is not valid JSON')
      return z.NEVER
    }
  })
  .pipe(
    z
      .array(Provider)
      .max(20)
      .refine(
        (list) => new Set(list.map(({ id }) => id)).size === list.length,
        'Two providers have one id',
      ),
  )
