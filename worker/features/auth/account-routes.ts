import * as contract from '#contracts/account.ts'
import { type Route, on } from '../../core/http.ts'
import { cancelEmailChange, getEmailChange, startEmailChange } from './email-change.ts'
import { forgotPassword, resetPassword } from './reset.ts'
import { changePassword } from './set-password.ts'
import { endOneSession, endOtherSessions, listSessions } from './signed-in.ts'
import { confirmEmail, sendVerification } from './verify.ts'

/** E-mail, password and sessions of whoever is signed in. */
export const accountRoutes: Route[] = [
  on(contract.confirmEmail, (ctx, { body, request }) => confirmEmail(ctx, body.token, request)),
  on(contract.sendVerification, (ctx) => sendVerification(ctx)),
  on(contract.forgotPassword, (ctx, { body, request }) => forgotPassword(ctx, body.email, request)),
  on(contract.resetPassword, (ctx, { body, request }) => resetPassword(ctx, body, request)),
  on(contract.changePassword, (ctx, { body }) => changePassword(ctx, body.password)),
  on(contract.getEmailChange, (ctx) => getEmailChange(ctx)),
  on(contract.startEmailChange, (ctx, { body }) => startEmailChange(ctx, body.email)),
  on(contract.cancelEmailChange, (ctx) => cancelEmailChange(ctx)),
  on(contract.listSessions, (ctx) => listSessions(ctx)),
  on(contract.endOneSession, (ctx, { params }) => endOneSession(ctx, params.sessionId)),
  on(contract.endOtherSessions, (ctx) => endOtherSessions(ctx)),
]
