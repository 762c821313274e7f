import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Faults, createAuthenticator } from '../../test/authenticator.ts'
import {
  addPasskey,
  addTotp,
  countSessions,
  outcomeOf,
  outcomesOf,
  somewhere,
  startLogin,
} from '../../test/factor.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

const ask = async (token?: string) =>
  (await world.as().post('/api/v1/auth/passkey/options', { token }, somewhere())).body
const loginWith = (challenge: string, answer: unknown) =>
  world.as().post('/api/v1/auth/passkey', { challenge, answer }, somewhere())
const answerWith = (token: string, challenge: string, answer: unknown) =>
  world.as().post('/api/v1/auth/challenge', { method: 'passkey', token, challenge, answer })

test('a passkey alone signs in, and no second factor is asked for', async () => {
  const user = await world.user()
  await addTotp(world, user)
  const { key } = await addPasskey(world, user)
  const { challenge, options } = await ask()
  expect(options).toMatchObject({
    rpId: '127.0.0.1',
    allowCredentials: [],
    userVerification: 'required',
  })
  const reply = await loginWith(challenge, key.sign(options))
  expect(reply.status).toBe(200)
  expect(reply.body.user.id).toBe(user.id)
  expect(reply.headers.getSetCookie()[0]).toMatch(/^lantern_refresh=[\w-]{43}; /)
  const factors = (await world.as(user).get('/api/v1/me/factors')).body
  expect(factors.passkeys[0].lastUsedAt).toBe(new Date(world.now()).toISOString())
})

test('a passkey is a second factor, and the browser is told which', async () => {
  const user = await world.user()
  const { key } = await addPasskey(world, user)
  const token = await startLogin(world, user)
  const { challenge, options } = await ask(token)
  expect(options.allowCredentials.map(({ id }: { id: string }) => id)).toEqual([key.id])
  const before = await countSessions(world, user)
  const signed = key.sign(options)
  const replies = await Promise.all([1, 2].map(() => answerWith(token, challenge, signed)))
  expect(outcomesOf(replies)).toEqual([
    [200, undefined],
    [401, 'challenge_ended'],
  ])
  expect(await countSessions(world, user)).toBe(before + 1)
})

const faults: [string, Faults][] = [
  ['another origin', { origin: 'http://127.0.0.1.evil.example' }],
  ['another host', { rpId: 'evil.example' }],
  ['no verified holder', { isUnverified: true }],
  ['another challenge', { challenge: 'AAAA' }],
  ['a counter that goes back', { counter: 0 }],
  ['the handle of another account', { userHandle: 'dXNyXzAw' }],
]
test.each(faults)('an answer with %s is refused, alone and as second factor', async (_, fault) => {
  const user = await world.user()
  const { key } = await addPasskey(world, user)
  const before = await ask()
  expect((await loginWith(before.challenge, key.sign(before.options))).status).toBe(200)

  const alone = await ask()
  const first = await loginWith(alone.challenge, key.sign(alone.options, fault))
  expect(outcomeOf(first)).toEqual([401, 'passkey_unknown'])
  const token = await startLogin(world, user)
  const asked = await ask(token)
  const second = await answerWith(token, asked.challenge, key.sign(asked.options, fault))
  expect(outcomeOf(second)).toEqual([401, 'passkey_unknown'])
})

test('alone, a passkey must name its account; as second factor it need not', async () => {
  const user = await world.user()
  const { key } = await addPasskey(world, user)
  const silent = { userHandle: undefined }
  const alone = await ask()
  const first = await loginWith(alone.challenge, key.sign(alone.options, silent))
  expect(outcomeOf(first)).toEqual([401, 'passkey_unknown'])
  const token = await startLogin(world, user)
  const asked = await ask(token)
  expect((await answerWith(token, asked.challenge, key.sign(asked.options, silent))).status).toBe(
    200,
  )
})

test('a counter that stands still is refused once it has counted', async () => {
  const user = await world.user()
  const { key } = await addPasskey(world, user)
  const one = await ask()
  expect((await loginWith(one.challenge, key.sign(one.options, { counter: 7 }))).status).toBe(200)
  const other = await ask()
  const reply = await loginWith(other.challenge, key.sign(other.options, { counter: 7 }))
  expect(outcomeOf(reply)).toEqual([401, 'passkey_unknown'])
})

test('a passkey that never counts signs in again and again', async () => {
  const key = createAuthenticator(world.url, { isCounting: false })
  await addPasskey(world, await world.user(), key)
  for (let i = 0; i < 3; i++) {
    const { challenge, options } = await ask()
    expect((await loginWith(challenge, key.sign(options))).status).toBe(200)
  }
})

test('an answer that was heard opens nothing a second time', async () => {
  const { key } = await addPasskey(world, await world.user())
  const { challenge, options } = await ask()
  const signed = key.sign(options)
  expect((await loginWith(challenge, signed)).status).toBe(200)
  expect(outcomeOf(await loginWith(challenge, signed))).toEqual([401, 'challenge_ended'])
  const fresh = await ask()
  expect(outcomeOf(await loginWith(fresh.challenge, signed))).toEqual([401, 'passkey_unknown'])
})

test('an unknown passkey, a removed one and a wrong signature are answered alike', async () => {
  const user = await world.user()
  const { key, id } = await addPasskey(world, user)
  const forger = createAuthenticator(world.url)
  const shape = async (sign: (options: { challenge: string }) => object) => {
    const { challenge, options } = await ask()
    const { status, body } = await loginWith(challenge, sign(options))
    return { status, body: { ...body, requestId: '' } }
  }
  const unknown = await shape((options) => forger.sign(options))
  const forged = await shape((options) => ({
    ...key.sign(options),
    ...named(forger.sign(options)),
  }))
  expect((await world.as(user).delete(`/api/v1/me/passkeys/${id}`)).status).toBe(204)
  const removed = await shape((options) => key.sign(options))
  expect(unknown.body.code).toBe('passkey_unknown')
  expect([forged, removed]).toEqual([unknown, unknown])
})
/** The signature of one under the name of another. */
const named = ({ response }: { response: object }) => ({ response })

test('a challenge serves what it was opened for', async () => {
  const user = await world.user()
  const { key } = await addPasskey(world, user)
  const alone = await ask()
  const token = await startLogin(world, user)
  const second = await answerWith(token, alone.challenge, key.sign(alone.options))
  expect(outcomeOf(second)).toEqual([401, 'challenge_ended'])
  const asked = await ask(token)
  const login = await loginWith(asked.challenge, key.sign(asked.options))
  expect(outcomeOf(login)).toEqual([401, 'challenge_ended'])
  const own = (await world.as(user).post('/api/v1/me/step-up/options')).body
  expect(outcomeOf(await loginWith(own.challenge, key.sign(own.options)))).toEqual([
    401,
    'challenge_ended',
  ])
})

test('what one sign-in asked for answers no other, of the same account or of another', async () => {
  const [user, other] = [await world.user(), await world.user()]
  const { key } = await addPasskey(world, user)
  const theirs = await addPasskey(world, other)
  for (const [asking, answering, signer] of [
    [user, user, key],
    [user, other, key],
    [other, user, theirs.key],
  ] as const) {
    const { challenge, options } = await ask(await startLogin(world, asking))
    const token = await startLogin(world, answering)
    const reply = await answerWith(token, challenge, signer.sign(options))
    expect(outcomeOf(reply)).toEqual([401, 'challenge_ended'])
  }
  const token = await startLogin(world, other)
  const { challenge, options } = await ask(token)
  const foreign = await answerWith(token, challenge, key.sign(options))
  expect(outcomeOf(foreign)).toEqual([401, 'passkey_unknown'])
})

test('asking for a second step needs one that is open', async () => {
  const reply = await world.as().post('/api/v1/auth/passkey/options', { token: 'x' }, somewhere())
  expect(outcomeOf(reply)).toEqual([401, 'challenge_ended'])
})

test('one address asks a hundred times an hour', async () => {
  const headers = somewhere()
  const key = `passkey-login:from:${headers['x-forwarded-for']}`
  const counted = world.db.prepare('insert into rate_limits values (?, ?, ?)')
  await counted.bind(key, 99, world.now() + 3_600_000).run()
  const act = () => world.as().post('/api/v1/auth/passkey/options', {}, headers)
  expect((await act()).status).toBe(200)
  expect(outcomeOf(await act())).toEqual([429, 'rate_limited'])
})

test('a suspended account is not opened by its passkey', async () => {
  const user = await world.user()
  const { key } = await addPasskey(world, user)
  const suspend = world.db.prepare('update users set suspended_at = ? where id = ?')
  await suspend.bind(world.now(), user.id).run()
  const { challenge, options } = await ask()
  expect(outcomeOf(await loginWith(challenge, key.sign(options)))).toEqual([403, 'suspended'])
})

test.each([
  { id: 'x' },
  { id: 'x', rawId: 'x', type: 'public-key', response: null },
  { id: 'x', rawId: 'x', type: 'public-key', response: { userHandle: {} } },
])('an answer of %o is no fault of ours', async (answer) => {
  const user = await world.user()
  const { key } = await addPasskey(world, user)
  for (const id of ['x', key.id]) {
    const { challenge } = await ask()
    const reply = await loginWith(challenge, { ...answer, id, rawId: id })
    expect(outcomeOf(reply)).toEqual([401, 'passkey_unknown'])
  }
})
