import type {
  confirmEmail as confirmContract,
  EmailChange,
  SignedInDevice,
} from '#contracts/account.ts'
import type {
  Factors,
  Passkey,
  RecoveryCodes,
  startTotp as startTotpContract,
} from '#contracts/factor.ts'
import type { User } from '#contracts/auth.ts'
import type { Reply } from '#contracts/endpoint.ts'
import type { PasskeyId, SessionId } from '#contracts/id.ts'
import type { listProviders as providersContract } from '#contracts/outside.ts'
import { client, currentUser } from './session.ts'

/** What is kept of answers is kept for one person: the next one at this page has keys of their own. */
export const accountKeys = {
  providers: ['providers'] as const,
  factors: () => ['account', currentUser()?.id, 'factors'] as const,
  sessions: () => ['account', currentUser()?.id, 'sessions'] as const,
  emailChange: () => ['account', currentUser()?.id, 'email-change'] as const,
}

// ------------------------------------------------------------------ links of mails

export type EmailOutcome = NonNullable<Reply<typeof confirmContract>>['outcome']

/** Throws ApiError: `link_ended`, `email_taken`. */
export const confirmEmail = (token: string): Promise<{ outcome: EmailOutcome }> =>
  client.call('POST', '/api/v1/auth/confirm-email', { body: { token }, auth: 'none' })

export const sendVerification = (): Promise<void> => client.call('POST', '/api/v1/me/verification')

export const forgotPassword = (email: string): Promise<void> =>
  client.call('POST', '/api/v1/auth/forgot-password', { body: { email }, auth: 'none' })

/** Throws ApiError: `link_ended`. */
export const resetPassword = (body: { token: string; password: string }): Promise<void> =>
  client.call('POST', '/api/v1/auth/reset-password', { body, auth: 'none' })

// ------------------------------------------------------------------ profile

export const updateMe = (body: { displayName?: string; bio?: string }): Promise<User> =>
  client.call('PATCH', '/api/v1/me', { body })

/** A picture as the browser cut it. */
export const putAvatar = (picture: Blob): Promise<User> =>
  client.call('PUT', '/api/v1/me/avatar', { body: picture })

export const removeAvatar = (): Promise<void> => client.call('DELETE', '/api/v1/me/avatar')

export const getEmailChange = (signal: AbortSignal): Promise<{ change: EmailChange | null }> =>
  client.call('GET', '/api/v1/me/email-change', { signal })

export const startEmailChange = (email: string): Promise<EmailChange> =>
  client.call('POST', '/api/v1/me/email-change', { body: { email } })

export const cancelEmailChange = (): Promise<void> =>
  client.call('DELETE', '/api/v1/me/email-change')

export const exportMe = (): Promise<object> => client.call('GET', '/api/v1/me/export')

/** Throws ApiError: `last_owner` with the workspaces named, `conflict`. */
export const deleteMe = (email: string): Promise<void> =>
  client.call('DELETE', '/api/v1/me', { body: { email } })

// ------------------------------------------------------------------ security

export const getFactors = (signal?: AbortSignal): Promise<Factors> =>
  client.call('GET', '/api/v1/me/factors', { signal })

export const changePassword = (password: string): Promise<void> =>
  client.call('PUT', '/api/v1/me/password', { body: { password } })

export type TotpStart = NonNullable<Reply<typeof startTotpContract>>

export const startTotp = (): Promise<TotpStart> => client.call('POST', '/api/v1/me/totp')

/** Throws ApiError: `code_wrong`, `conflict` where it took too long. */
export const confirmTotp = (code: string): Promise<RecoveryCodes> =>
  client.call('PUT', '/api/v1/me/totp', { body: { code } })

export const removeTotp = (): Promise<void> => client.call('DELETE', '/api/v1/me/totp')

export const renewRecoveryCodes = (): Promise<RecoveryCodes> =>
  client.call('POST', '/api/v1/me/recovery-codes')

const passkeyAt = (id: PasskeyId) => `/api/v1/me/passkeys/${id}`

export const renamePasskey = (id: PasskeyId, name: string): Promise<Passkey> =>
  client.call('PATCH', passkeyAt(id), { body: { name } })

/** Throws ApiError: `last_factor`. */
export const removePasskey = (id: PasskeyId): Promise<void> => client.call('DELETE', passkeyAt(id))

export const listSessions = (signal?: AbortSignal): Promise<{ items: SignedInDevice[] }> =>
  client.call('GET', '/api/v1/me/sessions', { signal })

export const endSession = (id: SessionId): Promise<void> =>
  client.call('DELETE', `/api/v1/me/sessions/${id}`)

export const endOtherSessions = (): Promise<void> => client.call('DELETE', '/api/v1/me/sessions')

// ------------------------------------------------------------------ other services

export type Provider = NonNullable<Reply<typeof providersContract>>['items'][number]

export const listProviders = (signal: AbortSignal): Promise<{ items: Provider[] }> =>
  client.call('GET', '/api/v1/auth/providers', { signal, auth: 'none' })

/** Answers where the browser goes next. */
export const startOutside = (
  provider: string,
  next: string | undefined,
): Promise<{ url: string }> =>
  client.call('POST', `/api/v1/auth/outside/${provider}`, { body: { next }, auth: 'none' })

export const linkOutside = (provider: string): Promise<{ url: string }> =>
  client.call('POST', `/api/v1/me/outside/${provider}`, { body: {} })

/** Throws ApiError: `last_factor`. */
export const unlinkOutside = (provider: string): Promise<void> =>
  client.call('DELETE', `/api/v1/me/outside/${provider}`)
