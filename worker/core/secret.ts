import { timingSafeEqual } from 'node:crypto'

const encoder = new TextEncoder()

export const toBase64Url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
export const fromBase64Url = (text: string): Uint8Array => Buffer.from(text, 'base64url')

/** `byteCount` bytes of randomness as base64url; 32 is the house's measure for a secret. */
export const randomSecret = (byteCount = 32): string =>
  toBase64Url(crypto.getRandomValues(new Uint8Array(byteCount)))

/** SHA-256 as hex: how a token is kept when it must only be recognised. */
export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', encoder.encode(text))
  return Buffer.from(digest).toString('hex')
}

const keys = new Map<string, Promise<CryptoKey>>()

function hmacKey(secret: string): Promise<CryptoKey> {
  let key = keys.get(secret)
  if (!key) {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' }
    key = crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign'])
    keys.set(secret, key)
  }
  return key
}

/** HMAC-SHA256 of `text`. */
export async function hmac(secret: string, text: string): Promise<Uint8Array> {
  return new Uint8Array(
    await crypto.subtle.sign('HMAC', await hmacKey(secret), encoder.encode(text)),
  )
}

/** Constant-time for inputs of one length. */
export function isSame(a: Uint8Array | string, b: Uint8Array | string): boolean {
  const [left, right] = [Buffer.from(a as string), Buffer.from(b as string)]
  return left.byteLength === right.byteLength && timingSafeEqual(left, right)
}
