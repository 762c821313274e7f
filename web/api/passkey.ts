import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'
import type { Passkey, PasskeyAsk } from '#contracts/factor.ts'
import { toPasskeyError } from './passkey-error.ts'
import { answerChallenge, client, enterByPasskey } from './session.ts'

/** Loaded where somebody meets a passkey: most visits need none of it. */
const library = () => import('@simplewebauthn/browser')

/** Only over https or on localhost, and not in every frame. */
export const hasPasskeys = (): boolean => typeof globalThis.PublicKeyCredential === 'function'

interface Signed {
  challenge: string
  answer: AuthenticationResponseJSON
}

async function sign({ challenge, options }: PasskeyAsk, isAutofill = false): Promise<Signed> {
  const { startAuthentication } = await library()
  try {
    const answer = await startAuthentication({
      optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON,
      useBrowserAutofill: isAutofill,
    })
    return { challenge, answer }
  } catch (error) {
    throw toPasskeyError(error)
  }
}

const ask = (body: { token?: string }): Promise<PasskeyAsk> =>
  client.call('POST', '/api/v1/auth/passkey/options', { body, auth: 'none' })

/** Signs in by a passkey and nothing else. Throws ApiError, PasskeyError. */
export const loginByPasskey = async (): Promise<void> => enterByPasskey(await sign(await ask({})))

/**
 * Offers passkeys in the list that the browser shows at the e-mail field, and signs in by the one
 * that is picked. Settles quietly where the browser cannot, or another ask takes its place.
 */
export async function offerPasskeys(): Promise<void> {
  const { browserSupportsWebAuthnAutofill } = await library()
  if (!(await browserSupportsWebAuthnAutofill())) return
  const signed = await sign(await ask({}), true).catch(() => undefined)
  if (signed) await enterByPasskey(signed)
}

/** An offer that waits would meet the next page. */
export async function withdrawOffer(): Promise<void> {
  const { WebAuthnAbortService } = await library()
  WebAuthnAbortService.cancelCeremony()
}

export async function answerByPasskey(token: string): Promise<void> {
  const signed = await sign(await ask({ token }))
  await answerChallenge({ method: 'passkey', token, ...signed })
}

export async function confirmByPasskey(): Promise<void> {
  const asked = await client.call<PasskeyAsk>('POST', '/api/v1/me/step-up/options')
  const body = { method: 'passkey', ...(await sign(asked)) }
  await client.call<void>('POST', '/api/v1/me/step-up', { body })
}

export const askNewPasskey = (): Promise<PasskeyAsk> =>
  client.call('POST', '/api/v1/me/passkeys/options')

/** Throws ApiError: `conflict` where it is here already, `limit_reached`; PasskeyError. */
export async function addPasskey(asked: PasskeyAsk, name: string): Promise<Passkey> {
  const { startRegistration } = await library()
  const optionsJSON = asked.options as unknown as PublicKeyCredentialCreationOptionsJSON
  const answer = await startRegistration({ optionsJSON }).catch((error: unknown) => {
    throw toPasskeyError(error)
  })
  const body = { challenge: asked.challenge, name, answer }
  return client.call('POST', '/api/v1/me/passkeys', { body })
}
