import * as contract from '#contracts/factor.ts'
import { type Route, on } from '../../core/http.ts'
import { getFactors } from './factor.ts'
import { addPasskey, askNewPasskey } from './passkey-new.ts'
import { removePasskey, renamePasskey } from './passkey.ts'
import { renewRecoveryCodes } from './recovery.ts'
import { replySession } from './reply.ts'
import { answerChallenge, askPasskey, loginWithPasskey } from './second-step.ts'
import { askStepUpPasskey, stepUp } from './step-up.ts'
import { confirmTotp, removeTotp, startTotp } from './totp.ts'

/** Second factors, passkeys and step-up. */
export const factorRoutes: Route[] = [
  on(contract.getFactors, (ctx) => getFactors(ctx)),
  on(contract.answerChallenge, async (ctx, { body, request }) =>
    replySession(ctx, await answerChallenge(ctx, body, request), 200),
  ),
  on(contract.askPasskey, (ctx, { body, request }) => askPasskey(ctx, body.token, request)),
  on(contract.loginWithPasskey, async (ctx, { body, request }) =>
    replySession(ctx, await loginWithPasskey(ctx, body, request), 200),
  ),
  on(contract.askStepUpPasskey, (ctx) => askStepUpPasskey(ctx)),
  on(contract.stepUp, (ctx, { body }) => stepUp(ctx, body)),
  on(contract.startTotp, (ctx) => startTotp(ctx)),
  on(contract.confirmTotp, (ctx, { body }) => confirmTotp(ctx, body.code)),
  on(contract.removeTotp, (ctx) => removeTotp(ctx)),
  on(contract.renewRecoveryCodes, (ctx) => renewRecoveryCodes(ctx)),
  on(contract.askNewPasskey, (ctx) => askNewPasskey(ctx)),
  on(contract.addPasskey, (ctx, { body }) => addPasskey(ctx, body)),
  on(contract.renamePasskey, (ctx, { params, body }) =>
    renamePasskey(ctx, params.passkeyId, body.name),
  ),
  on(contract.removePasskey, (ctx, { params }) => removePasskey(ctx, params.passkeyId)),
]
