import {
  type RegistrationResponseJSON,
  generateRegistrationOptions,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { decodeAttestationObject } from '@simplewebauthn/server/helpers'
import { count, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Passkey, PasskeyAsk } from '#contracts/factor.ts'
import { challengeSeconds } from '#contracts/limit.ts'
import type { UserId } from '#contracts/id.ts'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { AppError } from '../../core/error.ts'
import { insertWhere } from '../../core/insert-where.ts'
import { record } from '../../core/record.ts'
import { fromBase64Url, toBase64Url } from '../../core/secret.ts'
import { challengeEnded, openChallenge, takeChallenge } from './challenge.ts'
import { passkeyAddedWords } from './factor-mail-words.ts'
import { getHolder, planNotice } from './notice.ts'
import {
  type PasskeyAnswer,
  passkeyUnknown,
  relyingParty,
  toDescriptor,
  toUserHandle,
} from './passkey-proof.ts'
import { type PasskeyRow, listPasskeys, toPasskey } from './passkey.ts'
import { passkeys } from './table.ts'

const maxPasskeys = 20

const limitReached = () =>
  new AppError('limit_reached', `There can be at most ${maxPasskeys} passkeys. Remove one first.`)

/** Throws `limit_reached`. */
export async function askNewPasskey(ctx: Ctx): Promise<PasskeyAsk> {
  const { userId, sessionId } = requireUser(ctx.actor)
  const user = await getHolder(ctx)
  const known = await listPasskeys(ctx, userId)
  if (known.length >= maxPasskeys) throw limitReached()
  const options = await generateRegistrationOptions({
    rpName: 'Lantern',
    rpID: relyingParty(ctx),
    userID: toUserHandle(userId),
    userName: user.email,
    userDisplayName: user.displayName,
    timeout: challengeSeconds * 1000,
    attestationType: 'none',
    excludeCredentials: known.map(toDescriptor),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  const data = { challenge: options.challenge }
  const challenge = await openChallenge(ctx, { kind: 'passkey_new', userId, sessionId, data })
  return { challenge, options: { ...options } }
}

interface NewPasskey {
  challenge: string
  name: string
  answer: PasskeyAnswer
}

/** Throws `challenge_ended`, `passkey_unknown`, `conflict` for one that is known, `limit_reached`. */
export async function addPasskey(ctx: Ctx, made: NewPasskey): Promise<Passkey> {
  const { userId, sessionId } = requireUser(ctx.actor)
  const user = await getHolder(ctx)
  const asked = await takeChallenge(ctx, 'passkey_new', made.challenge)
  if (asked.userId !== userId || asked.sessionId !== sessionId) throw challengeEnded()
  const { credential, isSynced } = await verify(ctx, asked.data['challenge'] ?? '', made.answer)
  const row: PasskeyRow = {
    id: ctx.id('passkey'),
    userId,
    credentialId: credential.id,
    publicKey: toBase64Url(credential.publicKey),
    counter: credential.counter,
    transports: readTransports(credential.transports),
    name: made.name,
    isSynced,
    createdAt: ctx.now(),
    lastUsedAt: null,
  }
  const when = sql`changes() > 0`
  const words = passkeyAddedWords(made.name)
  const notice = await planNotice(ctx, { user, kind: 'factor_added', words, when })
  const data = { userId, factor: 'passkey', passkeyId: row.id }
  const [added] = await ctx.db.batch([
    insertWhere(ctx.db, passkeys, row, hasRoom(ctx, userId))
      .onConflictDoNothing()
      .returning({ id: passkeys.id }),
    record(ctx, 'factor.added', { data, when }),
    ...notice,
  ])
  if (added.length > 0) return toPasskey(row)
  if ((await listPasskeys(ctx, userId)).length >= maxPasskeys) throw limitReached()
  throw new AppError('conflict', 'This passkey is here already.')
}

const hasRoom = (ctx: Ctx, userId: UserId) =>
  sql`${ctx.db.select({ n: count() }).from(passkeys).where(eq(passkeys.userId, userId))} < ${maxPasskeys}`

/** Hints for browsers, from the browser: what is not known is left out. */
const readTransports = (given: unknown): string[] =>
  z
    .array(z.unknown())
    .catch([])
    .parse(given)
    .filter((one) => typeof one === 'string')
    .filter((one) =>
      ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'].includes(one),
    )

/** https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential */
async function verify(ctx: Ctx, expectedChallenge: string, answer: PasskeyAnswer) {
  const response = answer as unknown as RegistrationResponseJSON
  try {
    requireNoCertificate(response.response.attestationObject)
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge,
      expectedOrigin: ctx.origin,
      expectedRPID: relyingParty(ctx),
      requireUserVerification: true,
    })
    if (!verified) throw new Error('Another signature')
    return {
      credential: registrationInfo.credential,
      isSynced: registrationInfo.credentialBackedUp,
    }
  } catch (cause) {
    throw passkeyUnknown(cause)
  }
}

/**
 * No maker is asked to vouch, so no stranger's certificates are read, nor fetched from the addresses
 * that they name. Browsers leave `none`, or `packed` signed by the passkey itself.
 */
function requireNoCertificate(attestationObject: string): void {
  const attestation = decodeAttestationObject(Uint8Array.from(fromBase64Url(attestationObject)))
  const format = attestation.get('fmt')
  const isSelfSigned = format === 'packed' && !attestation.get('attStmt').get('x5c')
  if (format !== 'none' && !isSelfSigned) throw new Error(`Attestation ${format} was not asked for`)
}
