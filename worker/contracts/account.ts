import { z } from 'zod'
import { Bio, DisplayName, Email, Password, User } from './auth.ts'
import { endpoint } from './endpoint.ts'
import { SessionId } from './id.ts'
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
