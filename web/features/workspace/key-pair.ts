import type { SigningAlgorithm } from '#contracts/signing-key.ts'

/** Both in PEM: SPKI and PKCS #8. */
interface Pair {
  publicKey: string
  privateKey: string
}

const parameters: Record<SigningAlgorithm, AlgorithmIdentifier | RsaHashedKeyGenParams> = {
  EdDSA: { name: 'Ed25519' },
  RS256: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
}

/** A pair that never leaves this page; undefined where the browser makes none of the kind. */
export async function makePair(algorithm: SigningAlgorithm): Promise<Pair | undefined> {
  try {
    const usages = ['sign', 'verify'] as const
    const made = await crypto.subtle.generateKey(parameters[algorithm], true, usages)
    const { publicKey, privateKey } = made as CryptoKeyPair
    return {
      publicKey: toPem('PUBLIC KEY', await crypto.subtle.exportKey('spki', publicKey)),
      privateKey: toPem('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', privateKey)),
    }
  } catch {
    return undefined
  }
}

function toPem(label: string, bytes: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)))
  const lines = text.match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
