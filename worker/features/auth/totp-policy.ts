import { Secret, TOTP } from 'otpauth'
import type { Limit } from '../../core/rate-limit.ts'

/** What every authenticator app knows: https://www.rfc-editor.org/rfc/rfc6238 */
const how = { algorithm: 'SHA1', digits: 6, period: 30 }
/** As long as an output of SHA-1: RFC 4226, section 4, R6. */
export const totpSecretBytes = 20

export const toBase32 = (secret: Uint8Array): string =>
  new Secret({ buffer: Uint8Array.from(secret).buffer }).base32

/** For the QR code. https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
export const toTotpUri = (secret: string, email: string): string =>
  new TOTP({ ...how, issuer: 'Lantern', label: email, secret }).toString()

/**
 * The time step whose code this is: the present one, or one beside it for clocks that differ.
 * Undefined where it is the code of none. `secret` is base32, `now` epoch ms.
 */
export function findStep(secret: string, code: string, now: number): number | undefined {
  const token = code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return undefined
  const asked = { ...how, secret: Secret.fromBase32(secret), timestamp: now }
  const delta = TOTP.validate({ ...asked, token, window: 1 })
  return delta === null ? undefined : TOTP.counter({ ...how, timestamp: now }) + delta
}

/** Codes of one account, over all its challenges. Given back after a right one. */
export const planCodeLimit = (userId: string): Limit => ({
  key: `code:${userId}`,
  max: 10,
  windowMs: 15 * 60_000,
})
