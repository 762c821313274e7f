import { z } from 'zod'
import { Bio, DisplayName, Email, Password, Session, User } from './auth.ts'
import { endpoint } from './endpoint.ts'
import { PasskeyId, SessionId } from './id.ts'
import { Time } from './page.ts'

/** How long a link in a mail works. */
export const verifySeconds = 24 * 3600
export const resetSeconds = 3600
export const emailChangeSeconds = 24 * 3600
/** For so long after a confirmation, dangerous acts ask for none. */
export const stepUpSeconds = 10 * 60

const tag = 'Accounts'
const LinkToken = z.string().min(1).max(100)

// ------------------------------------------------------------------ e-mail and password

export const confirmEmail = endpoint({
  id: 'confirmEmail',
  method: 'post',
  path: '/api/v1/auth/confirm-email',
  tag,
  summary: 'Use the link of a mail that confirms an address',
  description:
    'Of a sign-up, or one of the two of a change: the old address and the new one both confirm it.',
  auth: 'public',
  body: z.object({ token: LinkToken }),
  response: z
    .object({
      outcome: z.enum(['verified', 'waiting', 'changed']).meta({
        description: '`waiting`: the other address has not confirmed the change yet',
      }),
    })
    .meta({ id: 'EmailConfirmation' }),
  errors: ['link_ended', 'email_taken', 'rate_limited'],
})

export const sendVerification = endpoint({
  id: 'sendVerification',
  method: 'post',
  path: '/api/v1/me/verification',
  tag,
  summary: 'Send the mail that confirms my address again',
  description: 'Nothing is sent where it is confirmed already. Links sent before stop working.',
  auth: 'user',
  scope: 'session',
  errors: ['rate_limited'],
})

export const forgotPassword = endpoint({
  id: 'forgotPassword',
  method: 'post',
  path: '/api/v1/auth/forgot-password',
  tag,
  summary: 'Send a link that sets a new password',
  description: 'Always answers the same, whether or not there is an account.',
  auth: 'public',
  body: z.object({ email: Email }),
  errors: ['rate_limited'],
})

export const resetPassword = endpoint({
  id: 'resetPassword',
  method: 'post',
  path: '/api/v1/auth/reset-password',
  tag,
  summary: 'Set a new password by the link of a mail',
  description: 'Ends every session. A second factor is asked for at the next sign-in all the same.',
  auth: 'public',
  body: z.object({ token: LinkToken, password: Password }),
  errors: ['link_ended', 'rate_limited'],
})

export const changePassword = endpoint({
  id: 'changePassword',
  method: 'put',
  path: '/api/v1/me/password',
  tag,
  summary: 'Change my password, or set the first one',
  description: 'Ends every other session.',
  auth: 'user',
  scope: 'session',
  isStepUp: true,
  body: z.object({ password: Password }),
  errors: ['rate_limited'],
})

export const EmailChange = z
  .object({
    email: z.string(),
    isOldConfirmed: z.boolean(),
    isNewConfirmed: z.boolean(),
    endsAt: Time,
  })
  .meta({ id: 'EmailChange' })
export type EmailChange = z.infer<typeof EmailChange>

export const getEmailChange = endpoint({
  id: 'getEmailChange',
  method: 'get',
  path: '/api/v1/me/email-change',
  tag,
  summary: 'The change of address that is waiting, if any',
  auth: 'user',
  scope: 'session',
  response: z.object({ change: EmailChange.nullable() }).meta({ id: 'PendingEmailChange' }),
})

export const startEmailChange = endpoint({
  id: 'startEmailChange',
  method: 'post',
  path: '/api/v1/me/email-change',
  tag,
  summary: 'Change my address',
  description:
    'Mails a link to the old and to the new address; the change is made when both are used. Answers the same where the new one has an account.',
  auth: 'user',
  scope: 'session',
  isStepUp: true,
  body: z.object({ email: Email }),
  response: EmailChange,
  errors: ['rate_limited'],
})

export const cancelEmailChange = endpoint({
  id: 'cancelEmailChange',
  method: 'delete',
  path: '/api/v1/me/email-change',
  tag,
  summary: 'Keep the address that I have',
  auth: 'user',
  scope: 'session',
})

// ------------------------------------------------------------------ profile

export const updateMe = endpoint({
  id: 'updateMe',
  method: 'patch',
  path: '/api/v1/me',
  tag,
  summary: 'Change my name and what I say about myself',
  auth: 'user',
  scope: 'session',
  body: z
    .object({ displayName: DisplayName, bio: Bio })
    .partial()
    .strict()
    .refine((body) => Object.keys(body).length > 0, 'Name at least one field to change'),
  response: User,
})

export const exportMe = endpoint({
  id: 'exportMe',
  method: 'get',
  path: '/api/v1/me/export',
  tag,
  summary: 'Everything that is kept about me, as JSON',
  description: 'No secret is in it: no password, no token, no key.',
  auth: 'user',
  scope: 'session',
  isStepUp: true,
  response: z.looseObject({ exportedAt: Time, user: User }).meta({ id: 'AccountExport' }),
  errors: ['rate_limited'],
})

export const deleteMe = endpoint({
  id: 'deleteMe',
  method: 'delete',
  path: '/api/v1/me',
  tag,
  summary: 'Delete my account, and the workspaces that are mine alone',
  description: 'For good. A workspace with other members needs another owner first (`last_owner`).',
  auth: 'user',
  scope: 'session',
  isStepUp: true,
  body: z.object({ email: Email.meta({ description: 'My own address, so that it is no slip' }) }),
  errors: ['last_owner', 'conflict'],
})

// ------------------------------------------------------------------ sessions

export const SignedInDevice = z
  .object({
    id: SessionId,
    isCurrent: z.boolean(),
    device: z.string().meta({ example: 'Firefox on Windows' }),
    place: z.string().nullable().meta({ example: 'Oslo, NO' }),
    createdAt: Time,
    lastSeenAt: Time,
    endsAt: Time,
  })
  .meta({ id: 'SignedInDevice' })
export type SignedInDevice = z.infer<typeof SignedInDevice>

export const listSessions = endpoint({
  id: 'listSessions',
  method: 'get',
  path: '/api/v1/me/sessions',
  tag,
  summary: 'Where I am signed in; the latest use first',
  auth: 'user',
  scope: 'session',
  response: z.object({ items: z.array(SignedInDevice) }).meta({ id: 'SignedInDevices' }),
})

export const endOneSession = endpoint({
  id: 'endOneSession',
  method: 'delete',
  path: '/api/v1/me/sessions/{sessionId}',
  tag,
  summary: 'Sign one device out, at once',
  auth: 'user',
  scope: 'session',
  params: z.object({ sessionId: SessionId }),
})

export const endOtherSessions = endpoint({
  id: 'endOtherSessions',
  method: 'delete',
  path: '/api/v1/me/sessions',
  tag,
  summary: 'Sign out everywhere but here',
  auth: 'user',
  scope: 'session',
})

// ------------------------------------------------------------------ second factors

/** What WebAuthn's JSON forms hold is checked by the library that reads them. */
const WebAuthnJson = z.looseObject({}).meta({ id: 'WebAuthnJson' })
const PasskeyAnswer = z.looseObject({ id: z.string().max(1400) }).meta({ id: 'PasskeyAnswer' })
const PasskeyName = z.string().trim().min(1, 'Enter a name').max(60)
const ChallengeToken = z.string().min(1).max(100)
const Code = z.string().trim().min(6, 'Enter the whole code').max(40)

export const PasskeyAsk = z
  .object({ challenge: ChallengeToken, options: WebAuthnJson })
  .meta({ id: 'PasskeyAsk' })
export type PasskeyAsk = z.infer<typeof PasskeyAsk>

export const Passkey = z
  .object({
    id: PasskeyId,
    name: z.string(),
    isSynced: z.boolean().meta({ description: 'Kept by an account of its maker, on many devices' }),
    createdAt: Time,
    lastUsedAt: Time.nullable(),
  })
  .meta({ id: 'Passkey' })
export type Passkey = z.infer<typeof Passkey>

export const Factors = z
  .object({
    hasPassword: z.boolean(),
    totp: z.object({ createdAt: Time }).nullable(),
    recoveryCodesLeft: z.int(),
    passkeys: z.array(Passkey),
    outside: z.array(
      z.object({ provider: z.string(), name: z.string(), email: z.string(), createdAt: Time }),
    ),
    isConfirmed: z.boolean().meta({ description: 'Dangerous acts ask for nothing now' }),
  })
  .meta({ id: 'Factors' })
export type Factors = z.infer<typeof Factors>

export const getFactors = endpoint({
  id: 'getFactors',
  method: 'get',
  path: '/api/v1/me/factors',
  tag,
  summary: 'How I can sign in',
  auth: 'user',
  scope: 'session',
  response: Factors,
})

export const answerChallenge = endpoint({
  id: 'answerChallenge',
  method: 'post',
  path: '/api/v1/auth/challenge',
  tag,
  summary: 'Finish a sign-in with a second factor',
  auth: 'public',
  body: z.discriminatedUnion('method', [
    z.object({ method: z.literal('totp'), token: ChallengeToken, code: Code }),
    z.object({ method: z.literal('recovery'), token: ChallengeToken, code: Code }),
    z.object({
      method: z.literal('passkey'),
      token: ChallengeToken,
      challenge: ChallengeToken,
      answer: PasskeyAnswer,
    }),
  ]),
  response: Session,
  errors: ['code_wrong', 'challenge_ended', 'passkey_unknown', 'suspended', 'rate_limited'],
})

export const askPasskey = endpoint({
  id: 'askPasskey',
  method: 'post',
  path: '/api/v1/auth/passkey/options',
  tag,
  summary: 'What a browser needs to sign with a passkey',
  description: 'With `token`, as the second step of a sign-in; without, as the only one.',
  auth: 'public',
  body: z.object({ token: ChallengeToken.optional() }),
  response: PasskeyAsk,
  errors: ['challenge_ended', 'rate_limited'],
})

export const loginWithPasskey = endpoint({
  id: 'loginWithPasskey',
  method: 'post',
  path: '/api/v1/auth/passkey',
  tag,
  summary: 'Sign in with a passkey alone',
  description: 'The passkey verifies its holder itself, so no second factor is asked for.',
  auth: 'public',
  body: z.object({ challenge: ChallengeToken, answer: PasskeyAnswer }),
  response: Session,
  errors: ['challenge_ended', 'passkey_unknown', 'suspended', 'rate_limited'],
})

export const askStepUpPasskey = endpoint({
  id: 'askStepUpPasskey',
  method: 'post',
  path: '/api/v1/me/step-up/options',
  tag,
  summary: 'What a browser needs to confirm by a passkey',
  auth: 'user',
  scope: 'session',
  response: PasskeyAsk,
  errors: ['rate_limited'],
})

export const stepUp = endpoint({
  id: 'stepUp',
  method: 'post',
  path: '/api/v1/me/step-up',
  tag,
  summary: 'Confirm that it is me, for dangerous acts',
  description:
    'For ten minutes of this session. With an authenticator app on, the password alone is not enough: send its code, too.',
  auth: 'user',
  scope: 'session',
  body: z.discriminatedUnion('method', [
    z.object({
      method: z.literal('password'),
      password: z.string().min(1).max(256),
      code: Code.optional(),
    }),
    z.object({ method: z.literal('totp'), code: Code }),
    z.object({ method: z.literal('passkey'), challenge: ChallengeToken, answer: PasskeyAnswer }),
  ]),
  errors: [
    'invalid_credentials',
    'code_wrong',
    'challenge_ended',
    'passkey_unknown',
    'rate_limited',
  ],
})

export const startTotp = endpoint({
  id: 'startTotp',
  method: 'post',
  path: '/api/v1/me/totp',
  tag,
  summary: 'Begin with an authenticator app',
  description: 'RFC 6238. It counts once a first code was sent.',
  auth: 'user',
  scope: 'session',
  isStepUp: true,
  response: z
    .object({
      secret: z.string().meta({ description: 'Base32, for typing' }),
      uri: z.string().meta({ description: 'otpauth://, for the QR code' }),
    })
    .meta({ id: 'TotpStart' }),
  errors: ['conflict'],
})

const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) }).meta({ id: 'RecoveryCodes' })
export type RecoveryCodes = z.infer<typeof RecoveryCodes>

export const confirmTotp = endpoint({
  id: 'confirmTotp',
  method: 'put',
  path: '/api/v1/me/totp',
  tag,
  summary: 'Turn the authenticator app on with its first code',
  description: 'Answers the recovery codes, once.',
  auth: 'user',
  scope: 'session',
  isStepUp: true,
  body: z.object({ code: Code }),
  response: RecoveryCodes,
  errors: ['code_wrong', 'conflict', 'rate_limited'],
})

export const removeTotp = endpoint({
  id: 'removeTotp',
  method: 'delete',
  path: '/api/v1/me/totp',
  tag,
  summary: 'Turn the authenticator app off',
  description: 'The recovery codes go with it unless a passkey is left.',
  auth: 'user',
  scope: 'session',
  isStepUp: true,
})

export const renewRecoveryCodes = endpoint({
  id: 'renewRecoveryCodes',
  method: 'post',
  path: '/api/v1/me/recovery-codes',
  tag,
  summary: 'Make new recovery codes; the former ones end',
  auth: 'user',
  scope: 'session',
  isStepUp: true,
  response: RecoveryCodes,
  errors: ['conflict'],
})

export const askNewPasskey = endpoint({
  id: 'askNewPasskey',
  method: 'post',
  path: '/api/v1/me/passkeys/options',
  tag,
  summary: 'What a browser needs to make a passkey',
  auth: 'user',
  scope: 'session',
  isStepUp: true,
  response: PasskeyAsk,
  errors: ['limit_reached'],
})

const passkeyParams = z.object({ passkeyId: PasskeyId })

export const addPasskey = endpoint({
  id: 'addPasskey',
  method: 'post',
  path: '/api/v1/me/passkeys',
  tag,
  summary: 'Keep a passkey that the browser made',
  auth: 'user',
  scope: 'session',
  isStepUp: true,
  body: z.object({ challenge: ChallengeToken, name: PasskeyName, answer: PasskeyAnswer }),
  response: Passkey,
  status: 201,
  errors: ['challenge_ended', 'passkey_unknown', 'conflict', 'limit_reached'],
})

export const renamePasskey = endpoint({
  id: 'renamePasskey',
  method: 'patch',
  path: '/api/v1/me/passkeys/{passkeyId}',
  tag,
  summary: 'Rename a passkey',
  auth: 'user',
  scope: 'session',
  params: passkeyParams,
  body: z.object({ name: PasskeyName }),
  response: Passkey,
})

export const removePasskey = endpoint({
  id: 'removePasskey',
  method: 'delete',
  path: '/api/v1/me/passkeys/{passkeyId}',
  tag,
  summary: 'Forget a passkey',
  auth: 'user',
  scope: 'session',
  isStepUp: true,
  params: passkeyParams,
  errors: ['last_factor'],
})
