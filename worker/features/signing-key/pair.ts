import { exportJWK, exportPKCS8, generateKeyPair, importJWK, importSPKI } from 'jose'
import { PublicJwk, type SigningAlgorithm } from '#contracts/signing-key.ts'
import { AppError } from '../../core/error.ts'
import { fromBase64Url } from '../../core/secret.ts'

/** What a key verifies with. */
export interface PublicKey {
  algorithm: SigningAlgorithm
  publicJwk: PublicJwk
}

export const algorithmOf = ({ kty }: PublicJwk): SigningAlgorithm =>
  kty === 'RSA' ? 'RS256' : 'EdDSA'

/** A new pair; the private part as PEM (PKCS #8), for whoever asked and nobody else. */
export async function makePair(
  algorithm: SigningAlgorithm,
): Promise<PublicKey & { privateKey: string }> {
  const pair = await generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 })
  return {
    algorithm,
    publicJwk: PublicJwk.parse(await exportJWK(pair.publicKey)),
    privateKey: await exportPKCS8(pair.privateKey),
  }
}

/** Takes PEM (SPKI) and JWK. Throws `invalid_fields` for all that is no public key of a kind we use. */
export async function readPublicKey(text: string): Promise<PublicKey> {
  const given = text.trimStart().startsWith('{') ? readJson(text) : await readPem(text)
  if ('d' in given || 'k' in given)
    throw wrong('This is a secret key: keep it, and send the public one.')
  const { data: publicJwk } = PublicJwk.safeParse(given)
  if (!publicJwk) throw wrong('Only RSA and Ed25519 keys are taken.')
  if (publicJwk.kty === 'RSA') requireStrong(publicJwk)
  const algorithm = algorithmOf(publicJwk)
  try {
    await importJWK(publicJwk, algorithm)
  } catch (cause) {
    throw wrong('This is not a public key.', cause)
  }
  return { algorithm, publicJwk }
}

function readJson(text: string): object {
  try {
    return Object(JSON.parse(text)) as object
  } catch (cause) {
    throw wrong('This is not a JWK: it is not valid JSON.', cause)
  }
}

async function readPem(text: string): Promise<object> {
  if (text.includes('PRIVATE KEY-----')) {
    throw wrong('This is a secret key: keep it, and send the public one.')
  }
  for (const algorithm of ['EdDSA', 'RS256']) {
    const key = await importSPKI(text, algorithm, { extractable: true }).catch(() => undefined)
    if (key) return exportJWK(key)
  }
  throw wrong('Paste a public key of RSA or Ed25519 that begins with -----BEGIN PUBLIC KEY-----.')
}

/** The usual exponent alone: with 1 every signature holds. */
function requireStrong({ n, e }: { n: string; e: string }): void {
  const bytes = fromBase64Url(n)
  const bits = bytes.byteLength * 8 - (bytes[0] ? Math.clz32(bytes[0]) - 24 : 8)
  if (bits < 2048 || bits > 4096) throw wrong('An RSA key has 2048 to 4096 bits.')
  if (e !== 'AQAB') throw wrong('An RSA key has the exponent 65537.')
}

const wrong = (message: string, cause?: unknown) =>
  new AppError('invalid_fields', message, { cause, fields: [{ field: 'publicKey', message }] })
