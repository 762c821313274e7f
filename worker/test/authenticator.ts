import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { toCbor } from './cbor.ts'

interface Options {
  challenge: string
  user?: { id: string }
}

/** What a test makes this authenticator, or the browser around it, do wrong. */
export interface Faults {
  origin?: string
  rpId?: string
  /** A signature that it gives without asking its holder for anything but a touch. */
  isUnverified?: boolean
  counter?: number
  challenge?: string
  userHandle?: string | undefined
  /** Instead of `none`. `self` is no fault: some browsers let it through. */
  attestation?: 'self' | { fmt: string; attStmt: Statement }
}

type Statement = Map<string, number | string | Uint8Array>

export type Authenticator = ReturnType<typeof createAuthenticator>

const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest()

/**
 * A passkey of ES256 in software, with the browser that speaks for it, for the site at `origin`.
 * https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data
 */
export function createAuthenticator(origin: string, { isCounting = true } = {}) {
  const rpId = new URL(origin).hostname
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const credentialId = randomBytes(32)
  const id = credentialId.toString('base64url')
  let counter = 0
  let userHandle: string | undefined

  /** COSE_Key: EC2, ES256, P-256. */
  const coseKey = toCbor(
    new Map<number, number | Buffer>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]),
  )

  const clientData = (type: string, options: Options, faults: Faults) => {
    const challenge = faults.challenge ?? options.challenge
    const data = { type, challenge, origin: faults.origin ?? origin, crossOrigin: false }
    return Buffer.from(JSON.stringify(data))
  }

  const authData = (faults: Faults, attested?: Buffer) => {
    const flags = 0x01 | (faults.isUnverified ? 0 : 0x04) | (attested ? 0x40 : 0)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(faults.counter ?? counter)
    const known = [sha256(faults.rpId ?? rpId), Buffer.of(flags), count]
    return Buffer.concat(attested ? [...known, attested] : known)
  }

  const signOver = (data: Buffer, client: Buffer) =>
    sign('sha256', Buffer.concat([data, sha256(client)]), privateKey)

  const attest = (data: Buffer, client: Buffer, kind: Faults['attestation']) => {
    if (kind !== 'self') return kind ?? { fmt: 'none', attStmt: new Map() as Statement }
    const attStmt: Statement = new Map<string, number | Buffer>([
      ['alg', -7],
      ['sig', signOver(data, client)],
    ])
    return { fmt: 'packed', attStmt }
  }

  const reply = (response: Record<string, unknown>) => ({
    ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
    response,
  })

  return {
    id,
    /** What `navigator.credentials.create` would answer. */
    make(options: Options, faults: Faults = {}) {
      userHandle = options.user?.id
      const length = Buffer.of(0, credentialId.length)
      const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, coseKey])
      const data = authData(faults, attested)
      const client = clientData('webauthn.create', options, faults)
      const { fmt, attStmt } = attest(data, client, faults.attestation)
      const attestation = new Map<string, string | Buffer | Statement>([
        ['fmt', fmt],
        ['attStmt', attStmt],
        ['authData', data],
      ])
      return reply({
        clientDataJSON: client.toString('base64url'),
        attestationObject: toCbor(attestation).toString('base64url'),
        transports: ['internal', 'telepathy'],
      })
    },
    /** What `navigator.credentials.get` would answer. */
    sign(options: Options, faults: Faults = {}) {
      if (isCounting) counter++
      const data = authData(faults)
      const client = clientData('webauthn.get', options, faults)
      const signature = signOver(data, client)
      return reply({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: 'userHandle' in faults ? faults.userHandle : userHandle,
      })
    },
  }
}
