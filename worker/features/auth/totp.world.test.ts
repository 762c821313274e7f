import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  addTotp,
  countSessions,
  factorFacts,
  login,
  outcomeOf,
  outcomesOf,
  startLogin,
  subjectsTo,
  totpCode,
} from '../../test/factor.ts'
import { type World, createWorld } from '../../test/world.ts'
import { hashPassword } from './password.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

const minuteMs = 60_000
const answer = (token: string, code: string, method = 'totp') =>
  world.as().post('/api/v1/auth/challenge', { method, token, code })

test('an app is on from its first right code, and never before', async () => {
  const user = await world.user()
  const start = await world.as(user).post('/api/v1/me/totp')
  const { secret, uri } = start.body
  expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  expect(start.headers.get('cache-control')).toBe('no-store')
  expect(new URL(uri).searchParams.get('secret')).toBe(secret)
  expect(decodeURIComponent(uri)).toContain(`totp/Lantern:${user.email}?issuer=Lantern`)
  expect((await login(world, user)).body.accessToken).toBeDefined()

  const wrong = await world.as(user).put('/api/v1/me/totp', { code: '000000' })
  expect(outcomeOf(wrong)).toEqual([401, 'code_wrong'])
  expect((await login(world, user)).body.accessToken).toBeDefined()

  const right = await world.as(user).put('/api/v1/me/totp', { code: totpCode(world, secret) })
  expect(right.status).toBe(200)
  expect(right.body.recoveryCodes).toHaveLength(10)
  expect((await login(world, user)).body.challenge.methods).toEqual(['totp', 'recovery'])
  const factors = await world.as(user).get('/api/v1/me/factors')
  expect(factors.body).toEqual({
    hasPassword: true,
    totp: { createdAt: new Date(world.now()).toISOString() },
    recoveryCodesLeft: 10,
    passkeys: [],
    outside: [],
    isConfirmed: true,
  })
  expect(await subjectsTo(world, user)).toEqual(['Authenticator app turned on'])
  expect(await factorFacts(world, user)).toEqual(['factor.added'])
})

test('the secret and the recovery codes are not stored as they are', async () => {
  const { secret, recoveryCodes } = await addTotp(world, await world.user())
  const tables = ['totp_factors', 'recovery_codes', 'events', 'mails', 'challenges']
  const rows = await Promise.all(
    tables.map((name) => world.db.prepare(`select * from ${name}`).all()),
  )
  const stored = JSON.stringify(rows.map(({ results }) => results))
  for (const text of [secret, ...recoveryCodes, recoveryCodes[0]!.replaceAll('-', '')]) {
    expect(stored).not.toContain(text)
  }
})

test('starting again replaces what is pending, and what is on stays', async () => {
  const user = await world.user()
  const first = (await world.as(user).post('/api/v1/me/totp')).body.secret
  const second = (await world.as(user).post('/api/v1/me/totp')).body.secret
  const confirm = (code: string) => world.as(user).put('/api/v1/me/totp', { code })
  expect(outcomeOf(await confirm(totpCode(world, first)))).toEqual([401, 'code_wrong'])
  const [one, other] = [totpCode(world, second), totpCode(world, second, 1)]
  const twice = await Promise.all([confirm(one), confirm(other)])
  expect(outcomesOf(twice)).toEqual([
    [200, undefined],
    [409, 'conflict'],
  ])
  expect(outcomeOf(await confirm(totpCode(world, second)))).toEqual([409, 'conflict'])
  expect(outcomeOf(await world.as(user).post('/api/v1/me/totp'))).toEqual([409, 'conflict'])
  expect(await subjectsTo(world, user)).toEqual(['Authenticator app turned on'])
  expect(await factorFacts(world, user)).toEqual(['factor.added'])
})

test('the answer to a right password carries nothing that opens the account', async () => {
  const user = await world.user()
  await addTotp(world, user)
  const before = await countSessions(world, user)
  const reply = await login(world, user)
  expect(reply.status).toBe(200)
  expect(reply.headers.getSetCookie()).toEqual([])
  expect(reply.headers.get('cache-control')).toBe('no-store')
  const { token } = reply.body.challenge
  expect(reply.body).toEqual({
    challenge: { token: expect.any(String), methods: ['totp', 'recovery'], expiresIn: 300 },
  })
  expect(await countSessions(world, user)).toBe(before)
  const bearer = { authorization: `Bearer ${token}` }
  expect((await world.as().get('/api/v1/me', bearer)).status).toBe(401)
  const cookie = { cookie: `lantern_refresh=${token}` }
  expect((await world.as().post('/api/v1/auth/refresh', undefined, cookie)).status).toBe(401)
})

test('a wrong password says no more than it did without a second factor', async () => {
  const [plain, guarded] = [await world.user(), await world.user()]
  await addTotp(world, guarded)
  const shape = async (user: typeof plain) => {
    const { status, body } = await login(world, { ...user, password: 'wrong horse' })
    return { status, body: { ...body, requestId: '' } }
  }
  expect(await shape(guarded)).toEqual(await shape(plain))
})

test('a right code gives one session, and the event says how', async () => {
  const user = await world.user()
  const { secret } = await addTotp(world, user)
  const reply = await answer(await startLogin(world, user), totpCode(world, secret))
  expect(reply.status).toBe(200)
  expect(reply.body.user.id).toBe(user.id)
  expect(reply.headers.getSetCookie()[0]).toMatch(/^lantern_refresh=[\w-]{43}; /)
  const last = `select data ->> 'how' as how from events where kind = 'session.started' order by seq desc limit 1`
  expect(await world.db.prepare(last).first('how')).toBe('totp')
})

test.each([-1, 0, 1])('the code of %i steps from now counts', async (steps) => {
  const user = await world.user()
  const { secret } = await addTotp(world, user)
  world.tick(minuteMs)
  const reply = await answer(await startLogin(world, user), totpCode(world, secret, steps))
  expect(reply.status).toBe(200)
})

test.each([-2, 2])('the code of %i steps from now does not', async (steps) => {
  const user = await world.user()
  const { secret } = await addTotp(world, user)
  world.tick(2 * minuteMs)
  const reply = await answer(await startLogin(world, user), totpCode(world, secret, steps))
  expect(outcomeOf(reply)).toEqual([401, 'code_wrong'])
})

test('a code opens once, also at the next sign-in, and none before it does afterwards', async () => {
  const user = await world.user()
  const { secret } = await addTotp(world, user)
  const code = totpCode(world, secret)
  expect((await answer(await startLogin(world, user), code)).status).toBe(200)
  const again = await answer(await startLogin(world, user), code)
  expect(outcomeOf(again)).toEqual([401, 'code_wrong'])
  const older = await answer(await startLogin(world, user), totpCode(world, secret, -1))
  expect(outcomeOf(older)).toEqual([401, 'code_wrong'])
  world.tick(30_000)
  const next = await answer(await startLogin(world, user), totpCode(world, secret))
  expect(next.status).toBe(200)
})

test('of right codes at once one gives a session', async () => {
  for (let round = 0; round < 5; round++) {
    const user = await world.user()
    const { secret } = await addTotp(world, user)
    const before = await countSessions(world, user)
    const token = await startLogin(world, user)
    const codes = [0, 1, 0, 1].map((steps) => totpCode(world, secret, steps))
    const replies = await Promise.all(codes.map((code) => answer(token, code)))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await countSessions(world, user)).toBe(before + 1)
  }
})

test('one code at two sign-ins at once opens one', async () => {
  const user = await world.user()
  const { secret } = await addTotp(world, user)
  const code = totpCode(world, secret)
  const tokens = [await startLogin(world, user), await startLogin(world, user)]
  const replies = await Promise.all(tokens.map((token) => answer(token, code)))
  expect(outcomesOf(replies)).toEqual([
    [200, undefined],
    [401, 'code_wrong'],
  ])
})

test('five wrong codes end the sign-in, and the right one comes too late', async () => {
  const user = await world.user()
  const { secret } = await addTotp(world, user)
  const token = await startLogin(world, user)
  const wrong = await Promise.all(
    ['1', '2', '3', '4', '5', '6', '7'].map((n) => answer(token, n.repeat(6))),
  )
  const codes = wrong.map(({ body }) => body.code)
  expect(codes.filter((code) => code === 'code_wrong')).toHaveLength(5)
  expect(codes.filter((code) => code === 'challenge_ended')).toHaveLength(2)
  const late = await answer(token, totpCode(world, secret))
  expect(outcomeOf(late)).toEqual([401, 'challenge_ended'])
  expect((await answer(await startLogin(world, user), totpCode(world, secret))).status).toBe(200)
})

test('ten wrong codes of many sign-ins close the account to codes for a quarter of an hour', async () => {
  const user = await world.user()
  const { secret } = await addTotp(world, user)
  const tokens = [await startLogin(world, user), await startLogin(world, user)]
  for (const token of tokens) for (let i = 0; i < 5; i++) await answer(token, `${i}`.repeat(6))
  const third = await answer(await startLogin(world, user), totpCode(world, secret))
  expect(outcomeOf(third)).toEqual([429, 'rate_limited'])
  world.tick(15 * minuteMs)
  expect((await answer(await startLogin(world, user), totpCode(world, secret))).status).toBe(200)
})

test('a sign-in waits five minutes for its second step', async () => {
  const user = await world.user()
  const { secret } = await addTotp(world, user)
  const token = await startLogin(world, user)
  world.tick(5 * minuteMs)
  expect(outcomeOf(await answer(token, totpCode(world, secret)))).toEqual([401, 'challenge_ended'])
})

test('a sign-in that is finished is finished', async () => {
  const user = await world.user()
  const { secret, recoveryCodes } = await addTotp(world, user)
  const token = await startLogin(world, user)
  expect((await answer(token, totpCode(world, secret))).status).toBe(200)
  const again = await answer(token, recoveryCodes[0]!, 'recovery')
  expect(outcomeOf(again)).toEqual([401, 'challenge_ended'])
})

test('the code of one account does not answer for another', async () => {
  const [mine, theirs] = [await world.user(), await world.user()]
  const own = await addTotp(world, mine)
  await addTotp(world, theirs)
  const token = await startLogin(world, theirs)
  expect(outcomeOf(await answer(token, totpCode(world, own.secret)))).toEqual([401, 'code_wrong'])
  const recovery = await answer(token, own.recoveryCodes[0]!, 'recovery')
  expect(outcomeOf(recovery)).toEqual([401, 'code_wrong'])
  expect((await world.as(mine).get('/api/v1/me/factors')).body.recoveryCodesLeft).toBe(10)
})

test('a new password skips no second factor, and ends the sign-in that the old one began', async () => {
  const user = await world.user()
  const { secret } = await addTotp(world, user)
  const token = await startLogin(world, user)
  world.tick(1)
  const password = 'another horse'
  const set = world.db.prepare('update passwords set hash = ?, changed_at = ? where user_id = ?')
  await set.bind(await hashPassword({ PASSWORD_COST: 8 }, password), world.now(), user.id).run()
  const old = await answer(token, totpCode(world, secret))
  expect(outcomeOf(old)).toEqual([401, 'challenge_ended'])
  const reply = await login(world, { ...user, password })
  expect(reply.body.challenge.methods).toContain('totp')
  expect(reply.headers.getSetCookie()).toEqual([])
})

test('a suspended account gets no session by its second factor', async () => {
  const user = await world.user()
  const { secret } = await addTotp(world, user)
  const token = await startLogin(world, user)
  const suspend = world.db.prepare('update users set suspended_at = ? where id = ?')
  await suspend.bind(world.now(), user.id).run()
  expect(outcomeOf(await answer(token, totpCode(world, secret)))).toEqual([403, 'suspended'])
})

test('turning it on or off asks for a fresh confirmation', async () => {
  const user = await world.user()
  world.tick(11 * minuteMs)
  const client = world.as(user)
  const replies = [
    await client.post('/api/v1/me/totp'),
    await client.put('/api/v1/me/totp', { code: '000000' }),
    await client.delete('/api/v1/me/totp'),
    await client.post('/api/v1/me/recovery-codes'),
    await client.post('/api/v1/me/passkeys/options'),
  ]
  for (const reply of replies) expect(outcomeOf(reply)).toEqual([403, 'step_up_required'])
})

test('turned off, it asks for nothing, its recovery codes are gone and the holder is told', async () => {
  const user = await world.user()
  await addTotp(world, user)
  for (let i = 0; i < 2; i++)
    expect((await world.as(user).delete('/api/v1/me/totp')).status).toBe(204)
  expect((await login(world, user)).body.accessToken).toBeDefined()
  const factors = (await world.as(user).get('/api/v1/me/factors')).body
  expect(factors).toMatchObject({ totp: null, recoveryCodesLeft: 0 })
  expect(await subjectsTo(world, user)).toEqual([
    'Authenticator app turned on',
    'Authenticator app turned off',
  ])
  expect(await factorFacts(world, user)).toEqual(['factor.added', 'factor.removed'])
})

test('mails go to confirmed addresses alone', async () => {
  const user = await world.user({ isVerified: false })
  await addTotp(world, user)
  expect(await subjectsTo(world, user)).toEqual([])
})
