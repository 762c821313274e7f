import { type KeyObject, generateKeyPairSync } from 'node:crypto'
import { CompactSign, compactVerify, importJWK, importPKCS8 } from 'jose'
import { expect, test } from 'vitest'
import { makePair, readPublicKey } from './pair.ts'

const rsa = (modulusLength: number, publicExponent = 65537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent })
const ed = generateKeyPairSync('ed25519')
const strong = rsa(2048)
const toSpki = (key: KeyObject) => String(key.export({ type: 'spki', format: 'pem' }))

test('a pair that is made here signs, in both algorithms', async () => {
  for (const algorithm of ['EdDSA', 'RS256'] as const) {
    const { publicJwk, privateKey } = await makePair(algorithm)
    expect(Object.keys(publicJwk)).not.toContain('d')
    const signed = await new CompactSign(Buffer.from('hello'))
      .setProtectedHeader({ alg: algorithm })
      .sign(await importPKCS8(privateKey, algorithm))
    const { payload } = await compactVerify(signed, await importJWK(publicJwk, algorithm))
    expect(Buffer.from(payload).toString()).toBe('hello')
  }
})

test('PEM and JWK are read, and only what is public and needed is kept', async () => {
  const jwk = ed.publicKey.export({ format: 'jwk' })
  const expected = { algorithm: 'EdDSA', publicJwk: { kty: 'OKP', crv: 'Ed25519', x: jwk['x'] } }
  expect(await readPublicKey(toSpki(ed.publicKey))).toEqual(expected)
  expect(await readPublicKey(JSON.stringify({ ...jwk, use: 'sig', kid: 'mine' }))).toEqual(expected)
  const { n, e } = strong.publicKey.export({ format: 'jwk' })
  expect(await readPublicKey(toSpki(strong.publicKey))).toEqual({
    algorithm: 'RS256',
    publicJwk: { kty: 'RSA', n, e },
  })
})

test('secret, weak, foreign and broken keys are refused in words', async () => {
  const jwk = (key: { export: (options: { format: 'jwk' }) => object }) =>
    JSON.stringify(key.export({ format: 'jwk' }))
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
  const wrong: [string, RegExp][] = [
    [String(ed.privateKey.export({ type: 'pkcs8', format: 'pem' })), /secret key/],
    [String(strong.privateKey.export({ type: 'pkcs1', format: 'pem' })), /secret key/],
    [jwk(ed.privateKey), /secret key/],
    ['{"kty":"oct","k":"AAAA"}', /secret key/],
    [toSpki(rsa(1024).publicKey), /2048 to 4096/],
    [jwk(rsa(2040).publicKey), /2048 to 4096/],
    [jwk(rsa(2048, 3).publicKey), /65537/],
    [JSON.stringify({ kty: 'RSA', n: 'A'.repeat(342), e: 'AQAB' }), /2048 to 4096/],
    [toSpki(curve), /RSA or Ed25519/],
    [jwk(curve), /RSA and Ed25519/],
    [jwk(generateKeyPairSync('x25519').publicKey), /RSA and Ed25519/],
    [String(strong.publicKey.export({ type: 'pkcs1', format: 'pem' })), /BEGIN PUBLIC KEY/],
    ['{"kty":"OKP","crv":"Ed25519","x":"AA"}', /not a public key/],
    ['{', /not valid JSON/],
    ['[]', /BEGIN PUBLIC KEY/],
    ['hello', /BEGIN PUBLIC KEY/],
  ]
  for (const [text, words] of wrong) {
    const error = await readPublicKey(text).catch((caught: unknown) => caught)
    expect(error, text).toMatchObject({
      code: 'invalid_fields',
      message: expect.stringMatching(words),
      fields: [{ field: 'publicKey' }],
    })
  }
})
