import { createHmac } from 'node:crypto'
import { SignJWT, base64url, exportJWK, exportSPKI, generateKeyPair } from 'jose'
import { expect, test } from 'vitest'
import { PublicJwk, type SigningAlgorithm } from '#contracts/signing-key.ts'
import type { SigningKeyRow } from '../signing-key/table.ts'
import { isJwt, readHeader, readJwt } from './claims.ts'

const now = Date.UTC(2026, 10, 20, 12)
const seconds = now / 1000
const kid = 'sgk_01kaf3v9gq8y2n5s7t4w6x0z1b'
const sub = 'vid_01kaf3v9gq8y2n5s7t4w6x0z1b'

async function makeKey(algorithm: SigningAlgorithm) {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const row: SigningKeyRow = {
    ...{ id: kid, workspaceId: 'wsp_01kaf3v9gq8y2n5s7t4w6x0z1b', algorithm },
    ...{ createdBy: 'usr_01kaf3v9gq8y2n5s7t4w6x0z1b', name: 'Key' },
    ...{ createdAt: now, lastUsedAt: null, revokedAt: null },
    publicJwk: PublicJwk.parse(await exportJWK(publicKey)),
  }
  return { row, publicKey, privateKey }
}
const [ed, rsa] = await Promise.all([makeKey('EdDSA'), makeKey('RS256')])

const sign = (claims: object, header: object = {}, { row, privateKey } = ed) =>
  new SignJWT({ sub, exp: seconds + 3600, ...claims })
    .setProtectedHeader({ alg: row.algorithm, kid, ...header })
    .sign(privateKey)

const read = async (claims: object, header?: object) =>
  readJwt(await sign(claims, header), ed.row, now)

const refusal = (reading: Promise<unknown>) =>
  reading.then(
    () => undefined,
    (error: { code: string; message: string }) => [error.code, error.message],
  )
const denied = (words: RegExp) => ['playback_denied', expect.stringMatching(words)]

test('both algorithms sign, and restrictions become the first level', async () => {
  const restrictions = {
    ...{ maxHeight: 720, domains: ['https://Example.com', 'none'], viewerId: 'ann' },
    ...{ clip: { fromSeconds: 10, toSeconds: 20 }, maxPlays: 2, maxStreams: 1 },
    ...{ countries: ['DE'], ipRanges: ['203.0.113.0/24', '2001:db8::1'] },
  }
  for (const key of [ed, rsa]) {
    const jwt = await sign({ restrictions, iat: seconds, jti: 'one' }, { typ: 'JWT' }, key)
    expect(isJwt(jwt)).toBe(true)
    expect(await readJwt(jwt, key.row, now)).toEqual({
      videoId: sub,
      level: {
        ...{ k: 'wic', x: seconds + 3600, h: 720, d: ['example.com', 'none'], u: 'ann' },
        ...{ t: [10, 20], p: 2, m: 1, c: ['DE'], i: ['203.0.113.0/24', '2001:db8::1'] },
      },
      countedBy: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
  }
})

test('the earlier end and the later beginning count', async () => {
  const restrictions = {
    expiresAt: '2026-11-20T12:10:00Z',
    notBefore: '2026-11-20T12:01:00+00:00',
    kinds: ['download'],
  }
  const { level } = await read({ nbf: seconds + 30, restrictions })
  expect(level).toEqual({ k: 'd', x: seconds + 600, n: seconds + 60 })
  expect((await read({ nbf: seconds + 90, restrictions })).level.n).toBe(seconds + 90)
})

test('plays are counted by jti, or else by what was signed', async () => {
  const countedBy = async (claims: object) => (await read(claims)).countedBy
  expect(await countedBy({ jti: 'a' })).toBe(await countedBy({ jti: 'a', exp: seconds + 60 }))
  expect(await countedBy({ jti: 'a' })).not.toBe(await countedBy({ jti: 'b' }))
  expect(await countedBy({})).not.toBe(await countedBy({ exp: seconds + 60 }))
})

test('a token lasts a day at most, and is not of tomorrow', async () => {
  const day = 24 * 3600
  expect(await refusal(read({ exp: seconds + day }))).toBeUndefined()
  expect(await refusal(read({ exp: seconds + day + 61 }))).toEqual(denied(/24 hours at most/))
  expect(await refusal(read({ iat: seconds - day, exp: seconds + 60 }))).toEqual(denied(/24 hours/))
  expect(await refusal(read({ iat: seconds + 60 }))).toBeUndefined()
  expect(await refusal(read({ iat: seconds + 61 }))).toEqual(denied(/in the future/))
})

test('claims that are not known are refused by name', async () => {
  const wrong: [object, RegExp][] = [
    [{ exp: undefined }, /exp/],
    [{ exp: `${seconds}` }, /exp/],
    [{ sub: undefined }, /sub/],
    [{ sub: 'usr_01kaf3v9gq8y2n5s7t4w6x0z1b' }, /sub.*Not the id of a video/],
    [{ aud: 'lantern-api' }, /aud/],
    [{ iss: 'me' }, /iss/],
    [{ maxHeight: 720 }, /maxHeight/],
    [{ restrictions: { maxheight: 720 } }, /restrictions.*maxheight/],
    [{ restrictions: { maxHeight: 0 } }, /restrictions\.maxHeight/],
    [{ restrictions: { countries: ['de'] } }, /restrictions\.countries.*capital/],
    [{ restrictions: { countries: [] } }, /restrictions\.countries/],
    [{ restrictions: { ipRanges: ['10.0.0.0/99'] } }, /restrictions\.ipRanges/],
    [{ restrictions: { domains: ['a b'] } }, /restrictions\.domains.*name of a site/],
    [{ restrictions: { kinds: ['everything'] } }, /restrictions\.kinds/],
    [{ restrictions: { clip: { fromSeconds: 5, toSeconds: 5 } } }, /clip.*ends before/],
    [{ restrictions: { expiresAt: 'tomorrow' } }, /restrictions\.expiresAt/],
    [{ restrictions: { playId: 'abcdefgh' } }, /restrictions.*playId/],
    [{ restrictions: null }, /restrictions/],
  ]
  for (const [claims, words] of wrong) {
    expect(await refusal(read(claims)), JSON.stringify(claims)).toEqual(denied(words))
  }
})

const handMade = (header: object, payload: object, signature: string) =>
  [...[header, payload].map((part) => base64url.encode(JSON.stringify(part))), signature].join('.')

test('headers hold the algorithm, the key and nothing else', async () => {
  const wrong = [
    { alg: 'none' },
    { alg: 'HS256' },
    { alg: 'ES256' },
    { kid: undefined },
    { kid: 'key_01kaf3v9gq8y2n5s7t4w6x0z1b' },
    { typ: 'at+jwt' },
    { jwk: ed.row.publicJwk },
    { jku: 'https://evil.example/keys' },
    { x5u: 'https://evil.example/cert' },
    { x5c: ['AA'] },
    { crit: ['exp'], exp: 1 },
    { b64: false },
    { cty: 'JWT' },
  ]
  for (const more of wrong) {
    const jwt = handMade({ alg: 'EdDSA', kid, ...more }, { sub, exp: seconds + 60 }, 'AA')
    const what = JSON.stringify(more)
    expect(() => readHeader(jwt), what).toThrow(/header of the token holds/)
    expect(await refusal(readJwt(jwt, ed.row, now)), what).toEqual(denied(/holds alg/))
  }
  for (const jwt of ['eyJ', 'eyJ.a.b', 'eyJhbGciOiJFZERTQSJ9', `eyJ${'a'.repeat(2046)}`]) {
    expect(() => readHeader(jwt)).toThrow(/token/)
  }
})

test('what another key signed, or nobody, or the public key as a secret, is refused', async () => {
  const claims = { sub, exp: seconds + 60 }
  const other = await makeKey('EdDSA')
  const broken = denied(/signature of the token does not hold/)
  expect(await refusal(readJwt(await sign({}, {}, other), ed.row, now))).toEqual(broken)

  const jwt = await sign({})
  const [header, payload = '', signature] = jwt.split('.')
  const wider = base64url.encode(JSON.stringify({ ...claims, exp: seconds + 7200 }))
  for (const forged of [
    `${header}.${wider}.${signature}`,
    `${header}.${payload}.`,
    `${header}.${payload}.${signature!.slice(0, -8)}AAAAAAAA`,
    `${jwt}.AA`,
  ]) {
    expect((await refusal(readJwt(forged, ed.row, now)))?.[0]).toBe('playback_denied')
  }

  // The old confusion: HMAC under the text of the RSA public key.
  const text = [{ alg: 'HS256', kid }, claims].map((part) => base64url.encode(JSON.stringify(part)))
  const mac = createHmac('sha256', await exportSPKI(rsa.publicKey)).update(text.join('.'))
  const confused = `${text.join('.')}.${mac.digest('base64url')}`
  expect(await refusal(readJwt(confused, rsa.row, now))).toEqual(denied(/holds alg/))

  // Signed well, with an algorithm that its key is not for.
  const crossed = await sign({}, {}, rsa)
  expect(await refusal(readJwt(crossed, ed.row, now))).toEqual(
    denied(/algorithm of its key, EdDSA/),
  )
})
