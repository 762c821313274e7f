import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Reply } from '../../../scripts/lib/client.ts'
import { registerUser, type TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

const codeOf = (reply: Reply) => [reply.status, reply.body?.code]
const erase = (user: TestUser, email = user.email) => world.as(user).delete('/api/v1/me', { email })
const join = (workspaceId: string, user: TestUser, role: string) =>
  world.db
    .prepare('insert into memberships values (?, ?, ?, ?)')
    .bind(workspaceId, user.id, role, world.now())
    .run()
const rows = async (query: string, ...values: unknown[]) =>
  (
    await world.db
      .prepare(query)
      .bind(...values)
      .all()
  ).results
const hash = async (text: string) =>
  Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).toString('hex')

test('a profile is changed field by field', async () => {
  const user = await world.user({ displayName: 'Before' })
  const bio = await world.as(user).patch('/api/v1/me', { bio: '  I film birds.  ' })
  expect(bio.body).toMatchObject({ displayName: 'Before', bio: 'I film birds.' })
  await world.as(user).patch('/api/v1/me', { displayName: 'After' })
  expect((await world.as(user).get('/api/v1/me')).body.user).toMatchObject({
    ...{ displayName: 'After', bio: 'I film birds.', email: user.email },
  })
  const wrong = [{}, { displayName: ' ' }, { bio: 'x'.repeat(501) }, { email: 'x@example.com' }]
  for (const body of wrong) {
    expect(codeOf(await world.as(user).patch('/api/v1/me', body))).toEqual([422, 'invalid_fields'])
  }
  const told = await rows("select data from events where kind = 'user.updated'")
  expect(JSON.stringify(told)).not.toContain('birds')
})

test('an export holds everything about the person, and no secret', async () => {
  const user = await world.user({ displayName: 'Ella Export' })
  const other = await world.user({ displayName: 'Hidden Harry' })
  await join(other.workspaceId, user, 'editor')
  const video = await world.video({ owner: user, title: 'My film' })
  const link = await world
    .as(user)
    .post(`/api/v1/workspaces/${user.workspaceId}/invitations`, { role: 'viewer' })
  await world.db
    .prepare(
      "insert into passkeys values (?, ?, 'CREDENTIAL', 'PUBLICKEY', 0, '[]', 'Phone', 1, 1, null)",
    )
    .bind(world.id('passkey'), user.id)
    .run()
  await world.db
    .prepare(
      "insert into outside_identities values ('google', 'sub', ?, 'ella@g.example', 1, null)",
    )
    .bind(user.id)
    .run()
  await world.db
    .prepare("insert into totp_factors values (?, 'SEALEDSECRET', 0, 1, 2)")
    .bind(user.id)
    .run()
  const { status, body } = await world.as(user).get('/api/v1/me/export')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    user: { id: user.id, email: user.email },
    passkeys: [{ name: 'Phone' }],
    outsideIdentities: [{ provider: 'google', email: 'ella@g.example' }],
    authenticatorApps: [{ confirmedAt: '1970-01-01T00:00:00.002Z' }],
    invitations: [{ id: link.body.invitation.id, role: 'viewer' }],
    videos: [{ id: video.id, title: 'My film' }],
  })
  expect(body.memberships).toHaveLength(2)
  expect(body.sessions).toHaveLength(1)
  expect(body.events.map((one: { kind: string }) => one.kind)).toContain('user.registered')
  const text = JSON.stringify(body)
  const token = /token=(.+)$/.exec(link.body.url)?.[1] ?? ''
  const cookie = user.refreshCookie.split('=')[1] ?? ''
  const secrets = [token, await hash(token), cookie, await hash(cookie), user.accessToken]
  for (const secret of [...secrets, 'scrypt', 'SEALEDSECRET', 'PUBLICKEY', 'CREDENTIAL']) {
    expect(text).not.toContain(secret)
  }
  expect(text).not.toContain(other.email)

  await world.db.prepare('delete from memberships where user_id = ?').bind(user.id).run()
  const later = await world.as(user).get('/api/v1/me/export')
  expect(later.body.videos).toMatchObject([{ id: video.id, title: null, description: null }])
  world.tick(11 * 60_000)
  expect(codeOf(await world.as(user).get('/api/v1/me/export'))).toEqual([403, 'step_up_required'])
})

test('deleting asks for one’s own address and a fresh proof', async () => {
  const user = await world.user()
  const other = await world.user()
  expect(codeOf(await erase(user, other.email))).toEqual([409, 'conflict'])
  world.tick(11 * 60_000)
  expect(codeOf(await erase(user))).toEqual([403, 'step_up_required'])
  expect((await world.as(user).get('/api/v1/me')).status).toBe(200)
})

test('after it nothing opens the account, nothing names it, and the address is free', async () => {
  const user = await world.user({ displayName: 'Gone Gustav', email: 'gustav@example.com' })
  const team = await world.user()
  await join(team.workspaceId, user, 'editor')
  const theirs = await world.video({ owner: { ...user, workspaceId: team.workspaceId } })
  const own = await world.video({ owner: user })
  const key = 'lantern_sk_gustav'
  await world.db
    .prepare(
      `insert into api_keys values (?, ?, ?, 'CI', 'lantern_sk_g', ?, '["videos:read"]', ?, null, null, null)`,
    )
    .bind(world.id('apiKey'), team.workspaceId, user.id, await hash(key), world.now())
    .run()
  await world.as(user).post(`/api/v1/workspaces/${user.workspaceId}/invitations`, {
    ...{ role: 'viewer', email: 'friend@example.com' },
  })
  const bearer = { authorization: `Bearer ${key}` }
  const list = `/api/v1/workspaces/${team.workspaceId}/videos`
  expect((await world.as().get(list, bearer)).status).toBe(200)

  const reply = await erase(user, 'Gustav@Example.com')
  expect(reply.status).toBe(204)
  expect(reply.headers.getSetCookie()[0]).toMatch(/^lantern_refresh=; .*Max-Age=0/)

  expect(codeOf(await world.as(user).get('/api/v1/me'))).toEqual([401, 'unauthorized'])
  expect(codeOf(await world.as().get(list, bearer))).toEqual([401, 'unauthorized'])
  const cookie = { cookie: user.refreshCookie }
  const refreshed = await world.as().post('/api/v1/auth/refresh', undefined, cookie)
  expect(codeOf(refreshed)).toEqual([401, 'session_ended'])
  const login = await world
    .as()
    .post('/api/v1/auth/login', { email: user.email, password: user.password })
  expect(codeOf(login)).toEqual([401, 'invalid_credentials'])

  for (const table of ['sessions', 'passwords', 'memberships', 'mails', 'totp_factors']) {
    expect(await rows(`select * from ${table} where user_id = ?`, user.id)).toEqual([])
  }
  for (const [table, column] of [
    ['users', 'id'],
    ['invitations', 'created_by'],
  ]) {
    expect(await rows(`select * from ${table} where ${column} = ?`, user.id)).toEqual([])
  }
  expect(await rows('select kind from mails where recipient = ?', user.email)).toEqual([
    { kind: 'goodbye' },
  ])
  const events = JSON.stringify(await rows('select * from events'))
  expect(events).not.toMatch(/gustav/i)
  expect(JSON.stringify(await rows('select * from workspaces'))).not.toContain('Gustav')

  expect((await world.as(team).get(`/api/v1/videos/${theirs.id}`)).status).toBe(200)
  await expect
    .poll(() => rows('select deleted_at from videos where id = ? and deleted_at > 0', own.id), {
      timeout: 20_000,
    })
    .toHaveLength(1)
  const anew = await registerUser(world.as(), 999, {
    email: user.email,
    displayName: 'Gone Gustav',
  })
  expect(anew.id).not.toBe(user.id)
  expect(anew.handle).toBe('gone-gustav')
})

test('a workspace with other members needs another owner first', async () => {
  const [user, member] = [await world.user(), await world.user()]
  await join(user.workspaceId, member, 'admin')
  expect(codeOf(await erase(user))).toEqual([409, 'last_owner'])
  expect((await world.as(user).get('/api/v1/me')).status).toBe(200)
  const path = `/api/v1/workspaces/${user.workspaceId}/transfer`
  expect((await world.as(user).post(path, { userId: member.id })).status).toBe(204)
  expect((await erase(user)).status).toBe(204)
  const { body } = await world.as(member).get(`/api/v1/workspaces/${user.workspaceId}`)
  expect(body).toMatchObject({ role: 'owner', memberCount: 1 })
})

test('of parallel deletions one is made, with one good-bye', async () => {
  const user = await world.user()
  const replies = await Promise.all([1, 2, 3, 4].map(() => erase(user)))
  expect(replies.map(({ status }) => status).toSorted()).toEqual([204, 401, 401, 401])
  expect(await rows('select kind from mails where recipient = ?', user.email)).toHaveLength(1)
})

test('whoever joins or takes over meanwhile is not left without an owner', async () => {
  for (let round = 0; round < 4; round++) {
    const [user, other] = [await world.user(), await world.user()]
    const path = `/api/v1/workspaces/${user.workspaceId}`
    const link = await world.as(user).post(`${path}/invitations`, { role: 'viewer' })
    const token = /token=(.+)$/.exec(link.body.url)?.[1]
    const theirs = `/api/v1/workspaces/${other.workspaceId}`
    await join(other.workspaceId, user, 'admin')
    const replies = await Promise.all([
      world.as(other).post('/api/v1/invitations/accept', { token }),
      erase(user),
      world.as(other).post(`${theirs}/transfer`, { userId: user.id }),
    ])
    expect(replies.filter(({ status }) => status >= 500)).toEqual([])
    const bereft = await rows(`select * from memberships m where not exists (
      select 1 from memberships o where o.workspace_id = m.workspace_id and o.role = 'owner')`)
    expect(bereft).toEqual([])
    const orphans = await rows(
      'select * from memberships where not exists (select 1 from users where id = user_id)',
    )
    expect(orphans).toEqual([])
  }
})
