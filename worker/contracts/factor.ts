import { z } from 'zod'
import { Session } from './auth.ts'
import { endpoint } from './endpoint.ts'
import { PasskeyId } from './id.ts'
import { Time } from './page.ts'

const tag = 'Accounts'

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
