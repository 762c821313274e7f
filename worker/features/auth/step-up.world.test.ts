import { afterAll, beforeAll, expect, test } from 'vitest'
import { addPasskey, addTotp, login, outcomeOf, outcomesOf, totpCode } from '../../test/factor.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

const minuteMs = 60_000
const stepUp = (user: TestUser, body: object) => world.as(user).post('/api/v1/me/step-up', body)
const isConfirmed = async (user: TestUser) =>
  (await world.as(user).get('/api/v1/me/factors')).body.isConfirmed

/** Somebody whose confirmation by signing in has run out. */
async function waitingUser(prepare?: (user: TestUser) => Promise<unknown>): Promise<TestUser> {
  const user = await world.user()
  await prepare?.(user)
  world.tick(11 * minuteMs)
  expect(await isConfirmed(user)).toBe(false)
  return user
}

test('the password confirms this session alone, for ten minutes', async () => {
  const user = await world.user()
  const elsewhere = { ...user, accessToken: (await login(world, user)).body.accessToken }
  world.tick(10 * minuteMs + 1)
  expect(await isConfirmed(user)).toBe(false)
  const start = () => world.as(user).post('/api/v1/me/totp')
  expect(outcomeOf(await start())).toEqual([403, 'step_up_required'])
  const reply = await stepUp(user, { method: 'password', password: user.password })
  expect(reply.status).toBe(204)
  expect(await isConfirmed(user)).toBe(true)
  expect(await isConfirmed(elsewhere)).toBe(false)
  world.tick(10 * minuteMs)
  expect((await start()).status).toBe(200)
  world.tick(1)
  expect(outcomeOf(await start())).toEqual([403, 'step_up_required'])
})

test('a wrong password confirms nothing, and ten of them close the way for a while', async () => {
  const user = await waitingUser()
  const guess = (i: number) => stepUp(user, { method: 'password', password: `guess ${i}` })
  const replies = await Promise.all(Array.from({ length: 20 }, (_, i) => guess(i)))
  const codes = replies.map(({ body }) => body.code)
  expect(codes.filter((code) => code === 'invalid_credentials')).toHaveLength(10)
  expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(10)
  const right = { method: 'password', password: user.password }
  expect(outcomeOf(await stepUp(user, right))).toEqual([429, 'rate_limited'])
  expect(await isConfirmed(user)).toBe(false)
  world.tick(15 * minuteMs)
  expect((await stepUp(user, right)).status).toBe(204)
})

test('with an app on, the password needs its code, and each code counts once', async () => {
  let secret = ''
  const user = await waitingUser(async (one) => {
    secret = (await addTotp(world, one)).secret
  })
  const withCode = (code?: string) =>
    stepUp(user, { method: 'password', password: user.password, ...(code && { code }) })
  expect(outcomeOf(await withCode())).toEqual([401, 'code_wrong'])
  expect(outcomeOf(await withCode('000000'))).toEqual([401, 'code_wrong'])
  expect(await isConfirmed(user)).toBe(false)
  const code = totpCode(world, secret)
  const replies = await Promise.all([withCode(code), withCode(code)])
  expect(outcomesOf(replies)).toEqual([
    [204, undefined],
    [401, 'code_wrong'],
  ])
  expect(await isConfirmed(user)).toBe(true)
})

test('a missing code tells nothing of the password', async () => {
  const user = await waitingUser((one) => addTotp(world, one))
  const reply = await stepUp(user, { method: 'password', password: 'wrong horse' })
  expect(outcomeOf(reply)).toEqual([401, 'code_wrong'])
})

test('the code of the app alone confirms, too', async () => {
  let secret = ''
  const user = await waitingUser(async (one) => {
    secret = (await addTotp(world, one)).secret
  })
  expect(outcomeOf(await stepUp(user, { method: 'totp', code: '000000' }))).toEqual([
    401,
    'code_wrong',
  ])
  const reply = await stepUp(user, { method: 'totp', code: totpCode(world, secret) })
  expect(reply.status).toBe(204)
  expect(await isConfirmed(user)).toBe(true)
})

test('wrong codes are counted over step-up and sign-in together', async () => {
  const user = await waitingUser((one) => addTotp(world, one))
  const guess = (i: number) => stepUp(user, { method: 'totp', code: `${100000 + i}` })
  const replies = await Promise.all(Array.from({ length: 12 }, (_, i) => guess(i)))
  expect(replies.filter(({ status }) => status === 429)).toHaveLength(2)
  const { challenge } = (await login(world, user)).body
  const code = { method: 'totp', token: challenge.token, code: '123456' }
  const signIn = await world.as().post('/api/v1/auth/challenge', code)
  expect(outcomeOf(signIn)).toEqual([429, 'rate_limited'])
})

test('a passkey confirms the session that asked for it', async () => {
  const user = await world.user()
  const elsewhere = { ...user, accessToken: (await login(world, user)).body.accessToken }
  const { key } = await addPasskey(world, user)
  world.tick(11 * minuteMs)
  const ask = async () => (await world.as(user).post('/api/v1/me/step-up/options')).body
  const answer = (one: TestUser, challenge: string, signed: object) =>
    stepUp(one, { method: 'passkey', challenge, answer: signed })

  const first = await ask()
  expect(first.options.allowCredentials).toHaveLength(1)
  const foreign = await answer(elsewhere, first.challenge, key.sign(first.options))
  expect(outcomeOf(foreign)).toEqual([401, 'challenge_ended'])
  const second = await ask()
  const touched = key.sign(second.options, { isUnverified: true })
  expect(outcomeOf(await answer(user, second.challenge, touched))).toEqual([401, 'passkey_unknown'])
  expect(await isConfirmed(user)).toBe(false)
  const third = await ask()
  const signed = key.sign(third.options)
  expect((await answer(user, third.challenge, signed)).status).toBe(204)
  expect(await isConfirmed(user)).toBe(true)
  expect(await isConfirmed(elsewhere)).toBe(false)
  expect(outcomeOf(await answer(user, third.challenge, signed))).toEqual([401, 'challenge_ended'])
})

test("somebody else's passkey confirms nothing", async () => {
  const [user, stranger] = [await world.user(), await world.user()]
  await addPasskey(world, user)
  const { key } = await addPasskey(world, stranger)
  const { challenge, options } = (await world.as(user).post('/api/v1/me/step-up/options')).body
  const reply = await stepUp(user, { method: 'passkey', challenge, answer: key.sign(options) })
  expect(outcomeOf(reply)).toEqual([401, 'passkey_unknown'])
})

test('whoever has nothing to confirm with is told to sign in again', async () => {
  const user = await waitingUser()
  await world.db.prepare('delete from passwords where user_id = ?').bind(user.id).run()
  for (const proof of [
    { method: 'password', password: user.password },
    { method: 'totp', code: '123456' },
  ]) {
    const reply = await stepUp(user, proof)
    expect(outcomeOf(reply)).toEqual([401, 'invalid_credentials'])
    expect(reply.body.detail).toContain('Sign out and in again')
  }
})
