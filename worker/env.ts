import { z } from 'zod'
import { Providers } from './features/outside/provider.ts'
import type { ViewingCounter } from './features/stream/counter.ts'
import type { TranscodeTask } from './features/transcode/watchdog.ts'

const text = z.string().min(1)
const Jwks = z.array(z.looseObject({ kid: text, kty: z.literal('RSA'), d: text })).min(1)

/** Vars and secrets, parsed once an isolate; a missing one refuses to start. */
const Config = z
  .object({
    ENVIRONMENT: text,
    MAX_UPLOAD_BYTES: z.coerce.number().int().positive(),
    MEDIA_BUCKET: text,
    JWT_KEYS: z.string().transform((json) => Jwks.parse(JSON.parse(json))),
    TOKEN_KEYS: z
      .string()
      .transform((json) => z.record(text, z.string().min(40)).parse(JSON.parse(json))),
    REFRESH_SECRET: z.string().min(32),
    /** Work of a password's hash: 2 to this power; at 16 it takes half of an isolate's memory. */
    PASSWORD_COST: z.coerce.number().int().max(16).default(14),
    TASK_SECRET: z.string().min(32),
    /** Seals what must be read again: secrets of authenticator apps, outside sign-ins under way. */
    SEAL_SECRET: z.string().min(32),
    TRANSCODER_KEY: z.string().min(32),
    TRANSCODER_URL: z.string().optional(),
    TRANSCODER_WALL: z.enum(['auto', 'bubblewrap', 'container']).optional(),
    TRANSCODER_ALLOW_FFMPEG: z.string().optional(),
    /** As the binding CALLS is set: said in headers. */
    API_CALLS_A_MINUTE: z.coerce.number().int().positive(),
    LONG_SECONDS: z.coerce.number().positive().default(60),
    FLEET_SLOTS: z.coerce.number().int().min(1).default(1),
    CALLBACK_URL: text,
    S3_ENDPOINT: text,
    S3_PUBLIC_ENDPOINT: z.string().default(''),
    PUBLIC_ORIGIN: z.string().default(''),
    /** What links in mails begin with where PUBLIC_ORIGIN is not set: never what a request claims. */
    LINK_ORIGIN: z.string().default(''),
    MAIL_PROVIDER: z.enum(['outbox', 'cloudflare', 'http']),
    /** `Name <address>` */
    MAIL_FROM: z.string().default('Lantern <lantern@localhost>'),
    MAIL_HTTP_URL: z
      .union([
        z.literal(''),
        z.url({ protocol: /^https$/ }),
        z.url({ hostname: /^(?:localhost|127\.0\.0\.1)$/ }),
      ])
      .default(''),
    MAIL_HTTP_KEY: z.string().default(''),
    /** Opens the outbox page; without it there is none. */
    OUTBOX_KEY: z.string().default(''),
    /** Addresses of those who keep this server, split by commas; each counts once it is confirmed. */
    PLATFORM_ADMINS: z
      .string()
      .default('')
      .transform(
        (list) =>
          new Set(
            list
              .toLowerCase()
              .split(/[\s,]+/)
              .filter(Boolean),
          ),
      ),
    /** JSON list of services for outside sign-in: see features/outside/provider.ts. */
    OIDC_PROVIDERS: Providers,
    R2_ACCESS_KEY_ID: text,
    R2_SECRET_ACCESS_KEY: text,
  })
  .refine(
    ({ PASSWORD_COST, ENVIRONMENT }) => PASSWORD_COST >= 14 || ENVIRONMENT === 'test',
    'PASSWORD_COST is 14 or more',
  )
  // A mail whose link leads nowhere, or that never leaves, would lock people out unseen.
  .refine((config) => config.PUBLIC_ORIGIN || config.LINK_ORIGIN, 'Set PUBLIC_ORIGIN')
  .refine(
    (config) => config.MAIL_PROVIDER !== 'http' || (config.MAIL_HTTP_URL && config.MAIL_HTTP_KEY),
    'MAIL_PROVIDER http needs MAIL_HTTP_URL and MAIL_HTTP_KEY',
  )
export type Config = z.output<typeof Config>

export interface Env extends Record<keyof z.input<typeof Config>, string> {
  DB: D1Database
  MEDIA: R2Bucket
  TRANSCODE: Queue
  EVENTS: Queue
  TASKS: DurableObjectNamespace<TranscodeTask>
  VIEWING: DurableObjectNamespace<ViewingCounter>
  ASSETS: Fetcher
  CALLS: RateLimit
  /** `entrypoint`: media come through MediaOrigin, behind Workers Cache. */
  MEDIA_CACHE?: string
  /** Mail by the platform; bound in production. */
  EMAIL?: SendEmail
  /** Only where time and ids are given from outside: see ports/clock.ts. */
  CLOCK?: Fetcher
}

let parsed: { env: Env; config: Config } | undefined

/** Throws a ZodError that names each missing or malformed setting. */
export function configOf(env: Env): Config {
  if (parsed?.env !== env) parsed = { env, config: Config.parse(env) }
  return parsed.config
}
