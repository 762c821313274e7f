import { fromBase64Url, toBase64Url } from './secret.ts'

const encoder = new TextEncoder()
const ivBytes = 12

const keys = new Map<string, Promise<CryptoKey>>()

/** One key a purpose, out of one secret: HKDF-SHA256, RFC 5869. */
function keyFor(secret: string, purpose: string): Promise<CryptoKey> {
  const name = `${purpose} ${secret}`
  let key = keys.get(name)
  if (!key) {
    key = deriveKey(secret, purpose)
    keys.set(name, key)
  }
  return key
}

async function deriveKey(secret: string, purpose: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, [
    'deriveKey',
  ])
  const hkdf = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: encoder.encode(purpose),
  }
  const aes = { name: 'AES-GCM', length: 256 }
  return crypto.subtle.deriveKey(hkdf, material, aes, false, ['encrypt', 'decrypt'])
}

/** AES-256-GCM as `iv.ciphertext`, both base64url. It opens again only for `purpose` and `owner`. */
export async function seal(
  secret: string,
  { purpose, owner, text }: { purpose: string; owner: string; text: string },
): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
  const algorithm = { name: 'AES-GCM', iv, additionalData: encoder.encode(owner) }
  const key = await keyFor(secret, purpose)
  const sealed = await crypto.subtle.encrypt(algorithm, key, encoder.encode(text))
  return `${toBase64Url(iv)}.${toBase64Url(new Uint8Array(sealed))}`
}

/** Throws for whatever was not sealed for this purpose and owner. */
export async function unseal(
  secret: string,
  { purpose, owner, sealed }: { purpose: string; owner: string; sealed: string },
): Promise<string> {
  const [iv = '', text = ''] = sealed.split('.')
  const algorithm = {
    name: 'AES-GCM',
    iv: fromBase64Url(iv),
    additionalData: encoder.encode(owner),
  }
  const key = await keyFor(secret, purpose)
  const opened = await crypto.subtle.decrypt(algorithm, key, fromBase64Url(text))
  return new TextDecoder().decode(opened)
}
