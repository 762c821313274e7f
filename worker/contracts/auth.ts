import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { UserId, WorkspaceId } from './id.ts'
import { Time } from './page.ts'

/** Access tokens live 30 minutes, a refresh cookie 7 days from its last use. */
export const accessTokenSeconds = 30 * 60
export const refreshSeconds = 7 * 24 * 3600
/** A session ends 90 days after sign-in however often it is refreshed (ASVS 5.0, 10.4.8). */
export const sessionSeconds = 90 * 24 * 3600
/** A refresh whose reply was lost may be repeated for so long; later it counts as theft. */
export const refreshGraceSeconds = 10

export const Email = z
  .string()
  .trim()
  .max(254)
  .transform((value) => value.normalize('NFKC').toLowerCase())
  .pipe(z.email('Enter an e-mail address like name@example.com'))
export const Password = z
  .string()
  .min(8, 'Use at least 8 characters')
  .max(256, 'Use at most 256 characters')
  .transform((value) => value.normalize('NFC'))
export const DisplayName = z.string().trim().min(1, 'Enter a name').max(80)

export const Bio = z.string().trim().max(500, 'Use at most 500 characters')

export const User = z
  .object({
    id: UserId,
    email: z.string(),
    isEmailVerified: z.boolean().meta({ description: 'Until then nothing can be published' }),
    displayName: z.string(),
    bio: z.string(),
    avatarUrl: z.string().nullable().meta({ description: 'A square of 256 px; null: none' }),
    createdAt: Time,
  })
  .meta({ id: 'User' })
export type User = z.infer<typeof User>

export const Role = z.enum(['owner', 'admin', 'editor', 'viewer'])
export type Role = z.infer<typeof Role>

export const Membership = z
  .object({ id: WorkspaceId, handle: z.string(), name: z.string(), role: Role })
  .meta({ id: 'Membership' })
export type Membership = z.infer<typeof Membership>

export const Session = z
  .object({
    user: User,
    accessToken: z.string(),
    expiresIn: z.int().meta({ description: 'Seconds until the access token ends' }),
  })
  .meta({ id: 'Session' })
export type Session = z.infer<typeof Session>

/** What a sign-in still lacks. It opens nothing by itself, and only the browser that got it goes on. */
export const Challenge = z
  .object({
    challenge: z.object({
      token: z
        .string()
        .meta({ description: 'For the second step; good for five minutes and once' }),
      methods: z.array(z.enum(['totp', 'recovery', 'passkey'])),
      expiresIn: z.int().meta({ description: 'Seconds' }),
    }),
  })
  .meta({ id: 'Challenge' })
export type Challenge = z.infer<typeof Challenge>

export const register = endpoint({
  id: 'register',
  method: 'post',
  path: '/api/v1/auth/register',
  tag: 'Accounts',
  summary: 'Create an account and its workspace',
  description: 'Signs in at once: the answer sets the refresh cookie.',
  auth: 'public',
  body: z.object({ email: Email, password: Password, displayName: DisplayName }),
  response: Session,
  status: 201,
  errors: ['email_taken', 'rate_limited'],
})

export const login = endpoint({
  id: 'login',
  method: 'post',
  path: '/api/v1/auth/login',
  tag: 'Accounts',
  summary: 'Sign in with e-mail and password',
  description:
    'Where a second factor is on, the answer is a challenge instead of a session, and no cookie is set.',
  auth: 'public',
  body: z.object({ email: Email, password: z.string().min(1).max(256) }),
  response: z.union([Session, Challenge]),
  errors: ['invalid_credentials', 'suspended', 'rate_limited'],
})

export const refresh = endpoint({
  id: 'refresh',
  method: 'post',
  path: '/api/v1/auth/refresh',
  tag: 'Accounts',
  summary: 'Trade the refresh cookie for a new access token',
  description:
    'The cookie rotates on each use. A second use of an old one ends the session, except within 10 seconds of the first, where the same successor is given again.',
  auth: 'refresh',
  response: Session,
  errors: ['forbidden', 'session_ended', 'rate_limited'],
})

export const logout = endpoint({
  id: 'logout',
  method: 'post',
  path: '/api/v1/auth/logout',
  tag: 'Accounts',
  summary: 'End this session',
  description: 'Done also where there is none.',
  auth: 'refresh',
  errors: ['forbidden'],
})

export const Me = z
  .object({
    user: User,
    workspaces: z.array(Membership),
    isAdmin: z.boolean().meta({ description: 'Keeps this server' }),
  })
  .meta({ id: 'Me' })
export type Me = z.infer<typeof Me>

export const getMe = endpoint({
  id: 'getMe',
  method: 'get',
  path: '/api/v1/me',
  tag: 'Accounts',
  summary: 'Who am I, and which workspaces am I in',
  auth: 'user',
  scope: 'session',
  response: Me,
})

export const Jwks = z
  .object({
    keys: z.array(
      z.object({
        kty: z.literal('RSA'),
        n: z.string(),
        e: z.string(),
        kid: z.string(),
        alg: z.literal('RS256'),
        use: z.literal('sig'),
      }),
    ),
  })
  .meta({ id: 'Jwks' })

export const getJwks = endpoint({
  id: 'getJwks',
  method: 'get',
  path: '/.well-known/jwks.json',
  tag: 'Accounts',
  summary: 'Public keys of access tokens',
  description: 'RFC 7517. May be kept for five minutes.',
  auth: 'public',
  response: Jwks,
})
