import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Faults, createAuthenticator } from '../../test/authenticator.ts'
import {
  addPasskey,
  factorFacts,
  login,
  outcomeOf,
  outcomesOf,
  subjectsTo,
} from '../../test/factor.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

const ask = async (user: TestUser) =>
  (await world.as(user).post('/api/v1/me/passkeys/options')).body
const add = (user: TestUser, challenge: string, answer: unknown, name = 'Laptop') =>
  world.as(user).post('/api/v1/me/passkeys', { challenge, name, answer })
const list = async (user: TestUser) =>
  (await world.as(user).get('/api/v1/me/factors')).body.passkeys

test('a browser is asked for a passkey that verifies its holder and names the account', async () => {
  const user = await world.user()
  const { options } = await ask(user)
  expect(options).toMatchObject({
    rp: { id: '127.0.0.1', name: 'Lantern' },
    user: { id: Buffer.from(user.id).toString('base64url'), name: user.email },
    attestation: 'none',
    excludeCredentials: [],
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
})

test('a passkey is kept, shown and told of', async () => {
  const user = await world.user()
  const { key, id } = await addPasskey(world, user)
  expect(await list(user)).toEqual([
    {
      id,
      name: 'Laptop',
      isSynced: false,
      createdAt: new Date(world.now()).toISOString(),
      lastUsedAt: null,
    },
  ])
  expect((await login(world, user)).body.challenge.methods).toEqual(['passkey'])
  expect(await subjectsTo(world, user)).toEqual(['Passkey added'])
  expect(await factorFacts(world, user)).toEqual(['factor.added'])
  const { options } = await ask(user)
  expect(options.excludeCredentials).toEqual([
    { id: key.id, transports: ['internal'], type: 'public-key' },
  ])
})

const faults: [string, Faults][] = [
  ['another origin', { origin: 'http://127.0.0.1.evil.example' }],
  ['another host', { rpId: 'evil.example' }],
  ['no verified holder', { isUnverified: true }],
  ['another challenge', { challenge: 'AAAA' }],
  ['a certificate', { attestation: { fmt: 'packed', attStmt: new Map([['x5c', 1]]) } }],
  ['a certificate of a TPM', { attestation: { fmt: 'tpm', attStmt: new Map() } }],
  ['an unknown attestation', { attestation: { fmt: 'x', attStmt: new Map() } }],
]
test.each(faults)('a passkey with %s is refused', async (_, fault) => {
  const user = await world.user()
  const { challenge, options } = await ask(user)
  const reply = await add(user, challenge, createAuthenticator(world.url).make(options, fault))
  expect(outcomeOf(reply)).toEqual([401, 'passkey_unknown'])
  expect(await list(user)).toEqual([])
})

test('a passkey that vouches for itself is taken', async () => {
  const user = await world.user()
  const { challenge, options } = await ask(user)
  const made = createAuthenticator(world.url).make(options, { attestation: 'self' })
  expect((await add(user, challenge, made)).status).toBe(201)
})

const garbage: [string, unknown][] = [
  ['nothing but an id', { id: 'x' }],
  ['no response', { id: 'x', rawId: 'x', type: 'public-key' }],
  ['a response of null', { id: 'x', rawId: 'x', type: 'public-key', response: null }],
  ['numbers', { id: 'x', rawId: 'x', type: 'public-key', response: { clientDataJSON: 1 } }],
  [
    'broken base64',
    {
      ...{ id: 'x', rawId: 'x', type: 'public-key' },
      response: {
        clientDataJSON: '!',
        attestationObject: '%',
        authenticatorData: '',
        signature: '',
      },
    },
  ],
  [
    'CBOR without an end',
    {
      ...{ id: 'x', rawId: 'x', type: 'public-key' },
      response: { clientDataJSON: 'e30', attestationObject: '_'.repeat(50_000) },
    },
  ],
  [
    'CBOR nested deeply',
    {
      ...{ id: 'x', rawId: 'x', type: 'public-key' },
      response: {
        clientDataJSON: 'e30',
        attestationObject: Buffer.alloc(150_000, 0x81).toString('base64url'),
      },
    },
  ],
]
test.each(garbage)('an answer of %s is no fault of ours', async (_, answer) => {
  const user = await world.user()
  const { challenge } = await ask(user)
  expect(outcomeOf(await add(user, challenge, answer))).toEqual([401, 'passkey_unknown'])
})

test('a challenge is answered once, whatever the answer was worth', async () => {
  const user = await world.user()
  const { challenge, options } = await ask(user)
  const key = createAuthenticator(world.url)
  expect(outcomeOf(await add(user, challenge, { id: 'x' }))).toEqual([401, 'passkey_unknown'])
  const late = await add(user, challenge, key.make(options))
  expect(outcomeOf(late)).toEqual([401, 'challenge_ended'])
  const next = await ask(user)
  const made = key.make(next.options)
  const replies = await Promise.all([1, 2, 3].map(() => add(user, next.challenge, made)))
  expect(outcomesOf(replies)).toEqual([
    [201, undefined],
    [401, 'challenge_ended'],
    [401, 'challenge_ended'],
  ])
})

test('a challenge waits five minutes', async () => {
  const user = await world.user()
  const { challenge, options } = await ask(user)
  world.tick(5 * 60_000)
  const reply = await add(user, challenge, createAuthenticator(world.url).make(options))
  expect(outcomeOf(reply)).toEqual([401, 'challenge_ended'])
})

test('only the session that asked may answer', async () => {
  const [user, stranger] = [await world.user(), await world.user()]
  const elsewhere = { ...user, accessToken: (await login(world, user)).body.accessToken }
  for (const other of [elsewhere, stranger]) {
    const { challenge, options } = await ask(user)
    const reply = await add(other, challenge, createAuthenticator(world.url).make(options))
    expect(outcomeOf(reply)).toEqual([401, 'challenge_ended'])
  }
  expect(await list(user)).toEqual([])
  expect(await list(stranger)).toEqual([])
})

test('a passkey belongs to one account', async () => {
  const [user, stranger] = [await world.user(), await world.user()]
  const { key } = await addPasskey(world, user)
  for (const other of [user, stranger]) {
    const { challenge, options } = await ask(other)
    expect(outcomeOf(await add(other, challenge, key.make(options)))).toEqual([409, 'conflict'])
  }
  expect(await list(stranger)).toEqual([])
})

test('there are at most twenty, also of those that are added at once', async () => {
  const user = await world.user()
  for (let i = 0; i < 19; i++) await addPasskey(world, user)
  const asked = [await ask(user), await ask(user), await ask(user)]
  const replies = await Promise.all(
    asked.map(({ challenge, options }) =>
      add(user, challenge, createAuthenticator(world.url).make(options)),
    ),
  )
  expect(outcomesOf(replies)).toEqual([
    [201, undefined],
    [409, 'limit_reached'],
    [409, 'limit_reached'],
  ])
  const more = await world.as(user).post('/api/v1/me/passkeys/options')
  expect(outcomeOf(more)).toEqual([409, 'limit_reached'])
})

test('a passkey is renamed and removed by its holder alone', async () => {
  const [user, stranger] = [await world.user(), await world.user()]
  const { id } = await addPasskey(world, user)
  const path = `/api/v1/me/passkeys/${id}`
  const missing = `/api/v1/me/passkeys/${world.id('passkey')}`
  const shape = ({ status, body }: { status: number; body: object }) => ({
    status,
    body: { ...body, requestId: '' },
  })
  const foreign = await world.as(stranger).patch(path, { name: 'Mine' })
  expect(foreign.status).toBe(404)
  expect(shape(foreign)).toEqual(shape(await world.as(stranger).patch(missing, { name: 'Mine' })))
  const taken = await world.as(stranger).delete(path)
  expect(taken.status).toBe(404)
  expect(shape(taken)).toEqual(shape(await world.as(stranger).delete(missing)))

  const renamed = await world.as(user).patch(path, { name: ' Phone ' })
  expect(renamed.body).toMatchObject({ id, name: 'Phone' })
  const removals = await Promise.all([1, 2].map(() => world.as(user).delete(path)))
  expect(outcomesOf(removals)).toEqual([
    [204, undefined],
    [404, 'not_found'],
  ])
  expect(await list(user)).toEqual([])
  expect(await subjectsTo(world, user)).toEqual(['Passkey added', 'Passkey removed'])
  expect(await factorFacts(world, user)).toEqual(['factor.added', 'factor.removed'])
})

test('the only way in is not removed, also not by two removals at once', async () => {
  const user = await world.user()
  const first = await addPasskey(world, user)
  const second = await addPasskey(world, user)
  await world.db.prepare('delete from passwords where user_id = ?').bind(user.id).run()
  const remove = (id: string) => world.as(user).delete(`/api/v1/me/passkeys/${id}`)
  const replies = await Promise.all([remove(first.id), remove(second.id)])
  expect(outcomesOf(replies)).toEqual([
    [204, undefined],
    [409, 'last_factor'],
  ])
  const [left] = await list(user)
  expect(outcomeOf(await remove(left.id))).toEqual([409, 'last_factor'])
  const link = world.db.prepare('insert into outside_identities values (?, ?, ?, ?, ?, null)')
  await link.bind('example', 'subject', user.id, user.email, world.now()).run()
  expect((await remove(left.id)).status).toBe(204)
  const factors = (await world.as(user).get('/api/v1/me/factors')).body
  expect(factors).toMatchObject({
    hasPassword: false,
    outside: [{ provider: 'example', name: 'example', email: user.email }],
  })
})
