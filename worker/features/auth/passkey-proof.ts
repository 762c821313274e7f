import {
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server'
import { and, eq } from 'drizzle-orm'
import type { PasskeyAsk } from '#contracts/factor.ts'
import { challengeSeconds } from '#contracts/limit.ts'
import type { SessionId, UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { fromBase64Url, toBase64Url } from '../../core/secret.ts'
import { type ChallengeRow, challengeEnded, openChallenge, takeChallenge } from './challenge.ts'
import { type PasskeyRow, listPasskeys } from './passkey.ts'
import { type ChallengeKind, passkeys } from './table.ts'

/** Passkeys are made for a host, and hold on each of its ports. */
export const relyingParty = (ctx: Ctx): string => new URL(ctx.origin).hostname

export const passkeyUnknown = (cause?: unknown) =>
  new AppError('passkey_unknown', undefined, { cause })

/** What an authenticator gives back when it is asked who its holder is. */
export const toUserHandle = (userId: UserId) => Uint8Array.from(new TextEncoder().encode(userId))

export const toDescriptor = ({ credentialId, transports }: PasskeyRow) => ({
  id: credentialId,
  transports: transports as AuthenticatorTransport[],
})

/** What the asked one must be, to the letter, when the answer comes. */
interface Asked {
  kind: ChallengeKind
  /** Whose passkey; anybody's where it is left out. */
  userId?: UserId
  sessionId?: SessionId
  /** Hash of the sign-in whose second step this is. */
  of?: string
}

/** Without `userId` the browser offers what it has, and the answer tells nothing of accounts. */
export async function askForPasskey(ctx: Ctx, { of, ...asked }: Asked): Promise<PasskeyAsk> {
  const known = asked.userId ? await listPasskeys(ctx, asked.userId) : []
  const options = await generateAuthenticationOptions({
    rpID: relyingParty(ctx),
    userVerification: 'required',
    timeout: challengeSeconds * 1000,
    allowCredentials: known.map(toDescriptor),
  })
  const data = { challenge: options.challenge, ...(of && { of }) }
  return { challenge: await openChallenge(ctx, { ...asked, data }), options: { ...options } }
}

/** `id` names the passkey; the rest is for the library. */
export type PasskeyAnswer = { id: string }

/**
 * Spends the challenge whatever the answer is worth. The counter moves from the one that was read,
 * so of two answers of one passkey one goes on. Throws `challenge_ended`, `passkey_unknown`.
 */
export async function provePasskey(
  ctx: Ctx,
  token: string,
  { answer, ...asked }: Asked & { answer: PasskeyAnswer },
): Promise<PasskeyRow> {
  const challenge = await takeChallenge(ctx, asked.kind, token)
  const isMine =
    challenge.userId === (asked.userId ?? null) &&
    challenge.sessionId === (asked.sessionId ?? null) &&
    challenge.data['of'] === asked.of
  if (!isMine) throw challengeEnded()
  const [passkey] = await ctx.db.select().from(passkeys).where(eq(passkeys.credentialId, answer.id))
  if (!passkey || (asked.userId && passkey.userId !== asked.userId)) throw passkeyUnknown()

  const proof = await verify(ctx, { challenge, passkey, answer })
  const [used] = await ctx.db
    .update(passkeys)
    .set({ counter: proof.newCounter, isSynced: proof.credentialBackedUp, lastUsedAt: ctx.now() })
    .where(and(eq(passkeys.id, passkey.id), eq(passkeys.counter, passkey.counter)))
    .returning()
  if (!used) throw passkeyUnknown()
  return used
}

interface Verification {
  challenge: ChallengeRow
  passkey: PasskeyRow
  answer: PasskeyAnswer
}

/** https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion */
async function verify(ctx: Ctx, { challenge, passkey, answer }: Verification) {
  const response = answer as unknown as AuthenticationResponseJSON
  try {
    // Where the passkey alone says who signs in, it must name the account that it was made for.
    const handle = response.response.userHandle ?? ''
    const isNamed = handle === toBase64Url(toUserHandle(passkey.userId))
    const mayBeSilent = handle === '' && challenge.userId !== null
    if (!isNamed && !mayBeSilent) throw new Error('Another user handle')
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge.data['challenge'] ?? '',
      expectedOrigin: ctx.origin,
      expectedRPID: relyingParty(ctx),
      requireUserVerification: true,
      credential: {
        id: passkey.credentialId,
        publicKey: Uint8Array.from(fromBase64Url(passkey.publicKey)),
        counter: passkey.counter,
      },
    })
    if (!verified) throw new Error('Another signature')
    return authenticationInfo
  } catch (cause) {
    throw passkeyUnknown(cause)
  }
}
