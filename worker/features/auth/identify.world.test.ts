import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../../test/process.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

const minuteMs = 60_000

let world: World
beforeAll(async () => {
  world = await createWorld({ env: { PLATFORM_ADMINS: 'Root@Example.com, other@example.com' } })
})
afterAll(() => world.stop())

const me = (user: TestUser) => world.as(user).get('/api/v1/me')
const expectEnded = async (user: TestUser) => {
  const reply = await me(user)
  expect([reply.status, reply.body.code]).toEqual([401, 'unauthorized'])
  // Not even where a stranger would be let in.
  expect((await world.as(user).get('/api/v1/videos')).status).toBe(401)
}
const run = (sql: string, ...values: unknown[]) =>
  world.db
    .prepare(sql)
    .bind(...values)
    .run()
const lastSeen = (user: TestUser) =>
  world.db
    .prepare('SELECT last_seen_at AS at FROM sessions WHERE id = ?')
    .bind(String(decodeJwt(user.accessToken)['sid']))
    .first<number>('at')

test('the access token of a session that was signed out fails at the next request', async () => {
  const user = await world.user()
  expect((await me(user)).status).toBe(200)
  await world.as().post('/api/v1/auth/logout', undefined, { cookie: user.refreshCookie })
  await expectEnded(user)
})

test('one session ends and another goes on', async () => {
  const user = await world.user()
  const { email, password } = user
  const { body } = await world.as().post('/api/v1/auth/login', { email, password })
  await world.as().post('/api/v1/auth/logout', undefined, { cookie: user.refreshCookie })
  await expectEnded(user)
  expect((await me({ ...user, accessToken: body.accessToken })).status).toBe(200)
})

test('the access token of a suspended account fails at the next request', async () => {
  const user = await world.user()
  await run('UPDATE users SET suspended_at = ? WHERE id = ?', world.now(), user.id)
  await expectEnded(user)
})

test('the access token of a deleted account fails at the next request', async () => {
  const user = await world.user()
  await run('DELETE FROM users WHERE id = ?', user.id)
  await expectEnded(user)
})

test('an access token outlives no session', async () => {
  const user = await world.user()
  await run('UPDATE sessions SET ends_at = ? WHERE user_id = ?', world.now() + 1000, user.id)
  world.tick(999)
  expect((await me(user)).status).toBe(200)
  world.tick(1)
  await expectEnded(user)
})

test('when somebody was last seen is written once a minute', async () => {
  const user = await world.user()
  const first = world.now()
  await me(user)
  world.tick(minuteMs - 1)
  await Promise.all(Array.from({ length: 10 }, () => me(user)))
  expect(await lastSeen(user)).toBe(first)
  world.tick(1)
  await Promise.all(Array.from({ length: 10 }, () => me(user)))
  await until('it is written', 5000, async () =>
    (await lastSeen(user)) === first + minuteMs ? true : undefined,
  )
  world.tick(minuteMs - 1)
  await me(user)
  expect(await lastSeen(user)).toBe(first + minuteMs)
})

test('those who keep the server are known by a confirmed address alone', async () => {
  const isAdmin = async (user: TestUser) => (await me(user)).body.isAdmin
  const root = await world.user({ email: 'root@example.com', isVerified: false })
  expect(await isAdmin(root)).toBe(false)
  await run('UPDATE users SET email_verified_at = ? WHERE id = ?', world.now(), root.id)
  expect(await isAdmin(root)).toBe(true)
  expect(await isAdmin(await world.user())).toBe(false)
})
