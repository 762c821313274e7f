import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  addPasskey,
  addTotp,
  countSessions,
  factorFacts,
  login,
  outcomeOf,
  outcomesOf,
  startLogin,
  subjectsTo,
} from '../../test/factor.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

const answer = (token: string, code: string) =>
  world.as().post('/api/v1/auth/challenge', { method: 'recovery', token, code })
const renew = (user: TestUser) => world.as(user).post('/api/v1/me/recovery-codes')
const codesLeft = async (user: TestUser) =>
  (await world.as(user).get('/api/v1/me/factors')).body.recoveryCodesLeft

test('a recovery code opens the account once, and the holder is told how many are left', async () => {
  const user = await world.user()
  const [code = ''] = (await addTotp(world, user)).recoveryCodes
  expect((await answer(await startLogin(world, user), code)).status).toBe(200)
  expect(await codesLeft(user)).toBe(9)
  const again = await answer(await startLogin(world, user), code)
  expect(outcomeOf(again)).toEqual([401, 'code_wrong'])
  expect((await subjectsTo(world, user)).slice(1)).toEqual(['A recovery code was used'])
  const mail = world.db.prepare(`select text from mails where kind = 'recovery_used'`)
  expect(await mail.first('text')).toContain('9 codes are left')
  expect(await factorFacts(world, user)).toEqual(['factor.added', 'factor.recovery_used'])
})

test('it may be typed without hyphens and in any case', async () => {
  const user = await world.user()
  const codes = (await addTotp(world, user)).recoveryCodes
  const typed = [codes[0]!.replaceAll('-', ''), codes[1]!.toUpperCase(), `  ${codes[2]} `]
  for (const code of typed) {
    expect((await answer(await startLogin(world, user), code)).status).toBe(200)
  }
})

test('one code at four sign-ins at once opens one, and one mail tells of it', async () => {
  const user = await world.user()
  const [code = ''] = (await addTotp(world, user)).recoveryCodes
  const before = await countSessions(world, user)
  const tokens = await Promise.all([1, 2, 3, 4].map(() => startLogin(world, user)))
  const replies = await Promise.all(tokens.map((token) => answer(token, code)))
  expect(outcomesOf(replies)).toEqual([
    [200, undefined],
    ...Array.from({ length: 3 }, () => [401, 'code_wrong']),
  ])
  expect(await countSessions(world, user)).toBe(before + 1)
  expect((await subjectsTo(world, user)).slice(1)).toEqual(['A recovery code was used'])
})

test('two codes for one sign-in give one session', async () => {
  const user = await world.user()
  const [one = '', other = ''] = (await addTotp(world, user)).recoveryCodes
  const token = await startLogin(world, user)
  const replies = await Promise.all([answer(token, one), answer(token, other)])
  expect(outcomesOf(replies)).toEqual([
    [200, undefined],
    [401, 'challenge_ended'],
  ])
})

test('where none are left they are no way in', async () => {
  const user = await world.user()
  await addTotp(world, user)
  const spend = world.db.prepare('update recovery_codes set used_at = 1 where user_id = ?')
  await spend.bind(user.id).run()
  expect((await login(world, user)).body.challenge.methods).toEqual(['totp'])
})

test('new codes end the former ones', async () => {
  const user = await world.user()
  const [old = ''] = (await addTotp(world, user)).recoveryCodes
  const renewed = await renew(user)
  expect(renewed.status).toBe(200)
  expect(new Set(renewed.body.recoveryCodes).size).toBe(10)
  expect(await codesLeft(user)).toBe(10)
  const token = await startLogin(world, user)
  expect(outcomeOf(await answer(token, old))).toEqual([401, 'code_wrong'])
  expect((await answer(token, renewed.body.recoveryCodes[9])).status).toBe(200)
  expect((await subjectsTo(world, user)).slice(1, 2)).toEqual(['New recovery codes'])
  expect((await factorFacts(world, user)).slice(1, 2)).toEqual(['factor.recovery_renewed'])
})

test('of two renewals at once the codes of one are left', async () => {
  const user = await world.user()
  await addTotp(world, user)
  await Promise.all([renew(user), renew(user)])
  expect(await codesLeft(user)).toBe(10)
})

test('without a factor there are no codes to make', async () => {
  const user = await world.user()
  expect(outcomeOf(await renew(user))).toEqual([409, 'conflict'])
  await world.as(user).post('/api/v1/me/totp')
  expect(outcomeOf(await renew(user))).toEqual([409, 'conflict'])
  expect(await codesLeft(user)).toBe(0)
  expect(await subjectsTo(world, user)).toEqual([])
})

test('codes stay while a factor is on, and go with the last one', async () => {
  const user = await world.user()
  await addTotp(world, user)
  const { id } = await addPasskey(world, user)
  await world.as(user).delete('/api/v1/me/totp')
  expect(await codesLeft(user)).toBe(10)
  expect((await world.as(user).delete(`/api/v1/me/passkeys/${id}`)).status).toBe(204)
  expect(await codesLeft(user)).toBe(0)
})

test('an app that joins a passkey makes no second set of codes', async () => {
  const user = await world.user()
  await addPasskey(world, user)
  const [code = ''] = (await renew(user)).body.recoveryCodes
  expect((await addTotp(world, user)).recoveryCodes).toEqual([])
  expect((await answer(await startLogin(world, user), code)).status).toBe(200)
})
