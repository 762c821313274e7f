import { SignJWT, UnsecuredJWT, decodeJwt, generateKeyPair } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type World, createWorld } from '../../test/world.ts'
import {
  type Service,
  begin,
  comeBack,
  goThrough,
  placeOf,
  startService,
  visit,
} from './test/service.ts'

let world: World
let service: Service

beforeAll(async () => {
  service = await startService()
  const provider = { id: 'mock', name: 'Mock', issuer: service.issuer, clientId: 'lantern' }
  world = await createWorld({ env: { OIDC_PROVIDERS: JSON.stringify([provider]) } })
})
afterAll(async () => {
  await world.stop()
  await service.server.stop()
})

const good = { sub: 'sub', email: 'someone@example.com', email_verified: true }
beforeEach(() => {
  service.claims = { ...good }
  service.back = {}
  service.spoil = undefined
})

const failed = [302, '/login?outside=failed']
const seconds = () => Math.floor(Date.now() / 1000)
const people = () => world.db.prepare('select count(*) as n from users').first('n')

test.each<[string, () => object]>([
  ['another nonce', () => ({ nonce: 'x' })],
  ['no nonce', () => ({ nonce: undefined })],
  ['another audience', () => ({ aud: 'other' })],
  ['two audiences and the other one authorized', () => ({ aud: ['lantern', 'x'], azp: 'x' })],
  ['no audience', () => ({ aud: undefined })],
  ['another issuer', () => ({ iss: 'https://accounts.google.com' })],
  ['an end that has passed', () => ({ exp: seconds() - 60 })],
  ['no end', () => ({ exp: undefined })],
  ['a start to come', () => ({ nbf: seconds() + 600 })],
  ['no subject', () => ({ sub: undefined })],
  ['an empty subject', () => ({ sub: '' })],
  ['a subject that is longer than any', () => ({ sub: 'x'.repeat(256) })],
])('an ID token with %s opens nothing', async (_, claims) => {
  Object.assign(service.claims, claims())
  expect(placeOf(await goThrough(world))).toEqual(failed)
  expect(await people()).toBe(0)
})

const claimsOf = (body: Record<string, unknown>) => decodeJwt(String(body['id_token']))

test('an ID token signed by another key opens nothing', async () => {
  const { privateKey } = await generateKeyPair('RS256')
  // Answers are changed in one go, so the token is made before: by the nonce of the address.
  const { url, cookie } = await begin(world)
  const claims = { ...good, iss: service.issuer, aud: 'lantern', iat: seconds() }
  const forged = await new SignJWT({ ...claims, nonce: new URL(url).searchParams.get('nonce') })
    .setProtectedHeader({ alg: 'RS256' })
    .setExpirationTime('1h')
    .sign(privateKey)
  service.spoil = (body) => void (body['id_token'] = forged)
  expect(placeOf(await comeBack(world, await visit(url), cookie))).toEqual(failed)
})

test('an ID token without a signature opens nothing', async () => {
  service.spoil = (body) => void (body['id_token'] = new UnsecuredJWT(claimsOf(body)).encode())
  expect(placeOf(await goThrough(world))).toEqual(failed)
})

test('an ID token whose signature is of no use opens nothing', async () => {
  service.spoil = (body) => {
    const [head, claims, signature = ''] = String(body['id_token']).split('.')
    const other = signature.startsWith('A') ? 'B' : 'A'
    body['id_token'] = `${head}.${claims}.${other}${signature.slice(1)}`
  }
  expect(placeOf(await goThrough(world))).toEqual(failed)
})

test('an answer without an ID token opens nothing', async () => {
  service.spoil = (body) => void delete body['id_token']
  expect(placeOf(await goThrough(world))).toEqual(failed)
})

test('a service that fails with the code is no fault of ours', async () => {
  service.spoil = (body) => {
    Object.assign(body, { error: 'server_error', error_description: 'evil' })
    return 500
  }
  const reply = await goThrough(world)
  expect(placeOf(reply)).toEqual(failed)
  expect(world.logs.join('\n')).not.toContain('evil')
})

test('a way back that names another issuer opens nothing', async () => {
  service.back = { iss: 'https://evil.example' }
  expect(placeOf(await goThrough(world))).toEqual(failed)
})

test('a service that says it names itself must do so', async () => {
  world.tick(3601_000)
  service.server.service.once('beforeWellKnownOpenIdConfiguration', ({ body }) => {
    body['authorization_response_iss_parameter_supported'] = true
  })
  expect(placeOf(await goThrough(world))).toEqual(failed)
  service.back = { iss: service.issuer }
  expect(placeOf(await goThrough(world))).toEqual([302, '/'])
  expect(await people()).toBe(1)
})

test('a service that claims to be another one is not asked', async () => {
  world.tick(3601_000)
  service.server.service.once('beforeWellKnownOpenIdConfiguration', ({ body }) => {
    body['issuer'] = 'https://accounts.google.com'
  })
  const { reply } = await begin(world)
  expect([reply.status, reply.body.code]).toEqual([502, 'outside_failed'])
  expect((await begin(world)).reply.status).toBe(200)
})
