import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Reply } from '../../../scripts/lib/client.ts'
import { listFacts, listLetters, readToken } from '../../test/account-mail.ts'
import { lateCtx } from '../../test/late-ctx.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'
import { changePassword } from './set-password.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

const hourMs = 3600_000
let places = 0
/** The headers of a caller whom no limit knows yet. */
const somewhere = () => ({ 'x-forwarded-for': `192.0.2.${++places}` })

const forgot = (email: string, headers = somewhere()) =>
  world.as().post('/api/v1/auth/forgot-password', { email }, headers)
const reset = (token: string, password: string) =>
  world.as().post('/api/v1/auth/reset-password', { token, password }, somewhere())
const login = (email: string, password: string) =>
  world.as().post('/api/v1/auth/login', { email, password }, somewhere())
const refresh = (cookie: string) => world.as().post('/api/v1/auth/refresh', undefined, { cookie })
const change = (user: Pick<TestUser, 'accessToken'>, password: string) =>
  world.as(user as TestUser).put('/api/v1/me/password', { password })
const me = (user: Pick<TestUser, 'accessToken'>) => world.as(user as TestUser).get('/api/v1/me')
const codeOf = ({ status, body }: Reply) => [status, body?.code]
const cookieOf = (reply: Reply) => reply.headers.getSetCookie()[0]?.split(';')[0] ?? ''

async function linkFor(user: TestUser, count = 1): Promise<string> {
  expect((await forgot(user.email)).status).toBe(204)
  return readToken(world, { to: user.email, kind: 'reset', count })
}
const lettersOf = async ({ email }: TestUser, kind: string) =>
  (await listLetters(world, email)).filter((letter) => letter.kind === kind)

test('a weak password is refused at sign-up and at a change too', async () => {
  const user = await world.user()
  const signUp = { email: 'weakling@example.com', displayName: 'Weak' }
  for (const password of ['iloveyou', 'QWERTYUIOP', 'weakling']) {
    const reply = await world
      .as()
      .post('/api/v1/auth/register', { ...signUp, password }, somewhere())
    expect(codeOf(reply)).toEqual([422, 'invalid_fields'])
    expect(reply.body.errors[0].field).toBe('password')
  }
  for (const password of ['iloveyou', user.email]) {
    const reply = await change(user, password)
    expect(codeOf(reply)).toEqual([422, 'invalid_fields'])
    expect(reply.body.errors[0].field).toBe('password')
  }
  expect((await login(user.email, user.password)).status).toBe(200)
})

test('a change keeps this session, ends the others and tells the holder', async () => {
  const user = await world.user()
  const elsewhere = await login(user.email, user.password)
  const token = await linkFor(user)
  expect((await change(user, 'a changed lamp')).status).toBe(204)

  expect((await me(user)).status).toBe(200)
  expect((await refresh(user.refreshCookie)).status).toBe(200)
  expect(codeOf(await me(elsewhere.body))).toEqual([401, 'unauthorized'])
  expect(codeOf(await refresh(cookieOf(elsewhere)))).toEqual([401, 'session_ended'])
  expect(codeOf(await reset(token, 'by the old link'))).toEqual([410, 'link_ended'])
  expect(codeOf(await login(user.email, user.password))).toEqual([401, 'invalid_credentials'])
  expect((await login(user.email, 'a changed lamp')).status).toBe(200)
  expect(await lettersOf(user, 'password_changed')).toHaveLength(1)
  expect(await listFacts(world, 'user.password_changed', user.id)).toEqual([
    { userId: user.id, actorId: user.id },
  ])
})

test('whoever has no password sets the first one the same way', async () => {
  const user = await world.user()
  await world.db.prepare('DELETE FROM passwords WHERE user_id = ?').bind(user.id).run()
  expect((await change(user, 'the first lamp')).status).toBe(204)
  expect((await login(user.email, 'the first lamp')).status).toBe(200)
})

test('a change asks for a confirmation that is fresh', async () => {
  const user = await world.user()
  expect(codeOf(await world.as().put('/api/v1/me/password', { password: 'x' }))).toEqual([
    401,
    'unauthorized',
  ])
  world.tick(10 * 60_000 + 1)
  expect(codeOf(await change(user, 'a changed lamp'))).toEqual([403, 'step_up_required'])
  expect((await login(user.email, user.password)).status).toBe(200)
})

test('a thief who is thrown out while changing the password does not set it', async () => {
  const user = await world.user()
  const thief = await login(user.email, user.password)
  const sessionId = decodeJwt(thief.body.accessToken)['sid'] as string
  // The change was let in while the session lived, and is at its hash when that ends.
  const late = lateCtx(world, thief.body.accessToken)
  expect((await world.as(user).delete(`/api/v1/me/sessions/${sessionId}`)).status).toBe(204)
  await expect(changePassword(late, 'a stolen lamp 1')).rejects.toThrow('session has ended')

  expect((await login(user.email, user.password)).status).toBe(200)
  expect((await me(user)).status).toBe(200)
  expect(await lettersOf(user, 'password_changed')).toEqual([])
  expect(await listFacts(world, 'user.password_changed', user.id)).toEqual([])
})

test('the password is changed twenty times an hour at most', async () => {
  const user = await world.user()
  await world.db
    .prepare('INSERT INTO rate_limits VALUES (?, 20, ?)')
    .bind(`password:${user.id}`, world.now() + hourMs)
    .run()
  expect(codeOf(await change(user, 'one too many 1'))).toEqual([429, 'rate_limited'])
})
