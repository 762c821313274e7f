import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Reply } from '../../../scripts/lib/client.ts'
import { listFacts } from '../../test/account-mail.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

const dayMs = 24 * 3600_000
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0'

type Holder = Pick<TestUser, 'accessToken'>
const login = ({ email, password }: TestUser, headers = {}) =>
  world.as().post('/api/v1/auth/login', { email, password }, headers)
const refresh = (cookie: string) => world.as().post('/api/v1/auth/refresh', undefined, { cookie })
const me = (holder: Holder) => world.as(holder as TestUser).get('/api/v1/me')
const list = async (holder: Holder) =>
  (await world.as(holder as TestUser).get('/api/v1/me/sessions')).body.items
const end = (holder: Holder, id: string) =>
  world.as(holder as TestUser).delete(`/api/v1/me/sessions/${id}`)
const endOthers = (holder: Holder) => world.as(holder as TestUser).delete('/api/v1/me/sessions')
const sessionOf = ({ accessToken }: Holder) => decodeJwt(accessToken)['sid'] as string
const codeOf = ({ status, body }: Reply) => [status, body?.code]
const cookieOf = (reply: Reply) => reply.headers.getSetCookie()[0]?.split(';')[0] ?? ''

test('each device shows by name, with the latest use first', async () => {
  const user = await world.user()
  world.tick(60_000)
  const second = await login(user, { 'user-agent': firefox })
  expect(await list(user)).toEqual([
    {
      id: sessionOf(second.body),
      isCurrent: false,
      device: 'Firefox on Windows',
      place: null,
      createdAt: new Date(world.now()).toISOString(),
      lastSeenAt: new Date(world.now()).toISOString(),
      endsAt: new Date(world.now() + 90 * dayMs).toISOString(),
    },
    expect.objectContaining({ id: sessionOf(user), isCurrent: true, device: 'Node.js' }),
  ])
  world.tick(30_000)
  await refresh(user.refreshCookie)
  const [first] = await list(second.body)
  expect(first).toMatchObject({ id: sessionOf(user), isCurrent: false })
  expect(first.lastSeenAt).toBe(new Date(world.now()).toISOString())
})

test('the place is where the edge says that the latest use was', async () => {
  const user = await world.user()
  const from = async (cookie: string, cf: object) => {
    const init = { method: 'POST', headers: { cookie }, cf }
    const url = `${world.url}/api/v1/auth/refresh`
    const reply = await world.mf.dispatchFetch(url, init as never)
    expect(reply.status).toBe(200)
    return reply.headers.getSetCookie()[0]!.split(';')[0]!
  }
  const next = await from(user.refreshCookie, { city: 'Oslo', country: 'NO' })
  expect((await list(user))[0].place).toBe('Oslo, NO')
  const last = await from(next, { city: undefined, country: 'SE' })
  expect((await list(user))[0].place).toBe('SE')
  // Nobody else says it: not this machine's own door, and no header.
  const claim = JSON.stringify({ city: 'Elsewhere', country: 'XX' })
  const headers = { cookie: last, 'mf-cf-blob': claim, 'cf-ipcity': 'Elsewhere' }
  await world.as().post('/api/v1/auth/refresh', undefined, headers)
  expect((await list(user))[0].place).toBeNull()
})

test('ending one device takes its tokens at once, and no others', async () => {
  const user = await world.user()
  const second = await login(user)
  const id = sessionOf(second.body)
  const replies = await Promise.all([end(user, id), end(user, id), end(user, id)])
  expect(replies.map(({ status }) => status).toSorted()).toEqual([204, 404, 404])
  expect(codeOf(await me(second.body))).toEqual([401, 'unauthorized'])
  expect(codeOf(await refresh(cookieOf(second)))).toEqual([401, 'session_ended'])
  expect((await me(user)).status).toBe(200)
  expect((await refresh(user.refreshCookie)).status).toBe(200)
  expect(await list(user)).toHaveLength(1)
  expect(await listFacts(world, 'session.ended', user.id)).toEqual([
    { userId: user.id, sessionId: id, reason: 'ended', actorId: user.id },
  ])
})

test('a device may end itself', async () => {
  const user = await world.user()
  expect((await end(user, sessionOf(user))).status).toBe(204)
  expect(codeOf(await me(user))).toEqual([401, 'unauthorized'])
})

test('the session of another is like one that is not', async () => {
  const [user, other] = [await world.user(), await world.user()]
  const bare = ({ status, body }: Reply) => ({ status, body: { ...body, requestId: '' } })
  const foreign = await end(user, sessionOf(other))
  expect(codeOf(foreign)).toEqual([404, 'not_found'])
  expect(bare(await end(user, world.id('session')))).toEqual(bare(foreign))
  expect((await me(other)).status).toBe(200)
  expect(await list(user)).toHaveLength(1)
  expect((await world.as().delete(`/api/v1/me/sessions/${sessionOf(other)}`)).status).toBe(401)
})

test('ending all others keeps this one, and takes their tokens at once', async () => {
  const [user, stranger] = [await world.user(), await world.user()]
  const others = [await login(user), await login(user)]
  expect((await endOthers(user)).status).toBe(204)
  for (const other of others) {
    expect(codeOf(await me(other.body))).toEqual([401, 'unauthorized'])
    expect(codeOf(await refresh(cookieOf(other)))).toEqual([401, 'session_ended'])
  }
  expect((await me(user)).status).toBe(200)
  expect((await me(stranger)).status).toBe(200)
  expect((await endOthers(user)).status).toBe(204)
  expect(await listFacts(world, 'session.ended', user.id)).toEqual([
    { userId: user.id, exceptSessionId: sessionOf(user), reason: 'ended', actorId: user.id },
  ])
})

test('a session that ends while it is refreshed stays ended', async () => {
  for (let round = 0; round < 5; round++) {
    const user = await world.user()
    const second = await login(user)
    const cookie = cookieOf(second)
    const [, ...refreshed] = await Promise.all([
      end(user, sessionOf(second.body)),
      ...Array.from({ length: 5 }, () => refresh(cookie)),
    ])
    for (const reply of refreshed) {
      if (reply.status !== 200) continue
      expect(codeOf(await me(reply.body))).toEqual([401, 'unauthorized'])
      expect(codeOf(await refresh(cookieOf(reply)))).toEqual([401, 'session_ended'])
    }
  }
})

test('signing out is on record, once', async () => {
  const user = await world.user()
  const logout = () =>
    world.as().post('/api/v1/auth/logout', undefined, { cookie: user.refreshCookie })
  await Promise.all([logout(), logout()])
  expect(await listFacts(world, 'session.ended', user.id)).toEqual([
    { userId: user.id, sessionId: sessionOf(user), reason: 'logout', actorId: user.id },
  ])
})

test('a session that can no longer be refreshed is not listed', async () => {
  const user = await world.user()
  world.tick(4 * dayMs)
  const second = await login(user)
  world.tick(4 * dayMs)
  const next = await refresh(cookieOf(second))
  expect(await list(next.body)).toMatchObject([{ id: sessionOf(second.body), isCurrent: true }])
})

test('a suspended account refreshes nothing, and goes on once it is let in again', async () => {
  const user = await world.user()
  const suspend = world.db.prepare('UPDATE users SET suspended_at = ? WHERE id = ?')
  await suspend.bind(world.now(), user.id).run()
  expect(codeOf(await refresh(user.refreshCookie))).toEqual([401, 'session_ended'])
  expect(codeOf(await me(user))).toEqual([401, 'unauthorized'])
  await suspend.bind(null, user.id).run()
  expect((await refresh(user.refreshCookie)).status).toBe(200)
})
