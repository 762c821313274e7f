import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiKey, maxApiKeys } from '#contracts/api-key.ts'
import type { Scope } from '#contracts/endpoint.ts'
import type { Role } from '#contracts/auth.ts'
import { type Reply, expectStatus } from '../../../scripts/lib/client.ts'
import { until } from '../../test/process.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

interface Wanted {
  workspaceId?: string
  scopes?: Scope[]
  lifeDays?: number | null
  name?: string
}

const keysOf = (workspaceId: string) => `/api/v1/workspaces/${workspaceId}/keys`
const ask = (user: TestUser, { workspaceId = user.workspaceId, ...wanted }: Wanted = {}) =>
  world.as(user).post(keysOf(workspaceId), {
    name: 'Nightly',
    scopes: ['videos:read'],
    lifeDays: null,
    ...wanted,
  })

const makeKey = async (user: TestUser, wanted?: Wanted): Promise<{ key: ApiKey; secret: string }> =>
  expectStatus(await ask(user, wanted), 201, 'make a key')

const list = async (user: TestUser): Promise<ApiKey[]> =>
  expectStatus(await world.as(user).get(keysOf(user.workspaceId)), 200, 'list').items

/** Whoever holds the key. */
const by = (secret: string) => world.as({ accessToken: secret } as TestUser)
const codeOf = (reply: Reply) => [reply.status, reply.body?.code]

const run = (sql: string, ...values: unknown[]) =>
  world.db
    .prepare(sql)
    .bind(...values)
    .run()
const join = (user: TestUser, workspaceId: string, role: Role) =>
  run('INSERT INTO memberships VALUES (?, ?, ?, ?)', workspaceId, user.id, role, world.now())
const setRole = (user: TestUser, workspaceId: string, role: Role) =>
  run(
    'UPDATE memberships SET role = ? WHERE workspace_id = ? AND user_id = ?',
    ...[role, workspaceId, user.id],
  )
const leave = (user: TestUser, workspaceId: string) =>
  run('DELETE FROM memberships WHERE workspace_id = ? AND user_id = ?', workspaceId, user.id)

test('an admin makes a key, and its secret is in that one answer', async () => {
  const [owner, admin] = [await world.user(), await world.user({ displayName: 'Ada Admin' })]
  await join(admin, owner.workspaceId, 'admin')
  const { key, secret } = await makeKey(admin, { workspaceId: owner.workspaceId, lifeDays: 7 })
  expect(secret).toMatch(/^lantern_sk_[A-Za-z0-9_-]{43}$/)
  expect(key).toMatchObject({
    ...{ name: 'Nightly', prefix: secret.slice(0, 15), scopes: ['videos:read'] },
    ...{ createdBy: 'Ada Admin', lastUsedAt: null },
    endsAt: new Date(world.now() + 7 * dayMs).toISOString(),
  })
  expect(await list(owner)).toEqual([key])
  expect((await by(secret).get(`/api/v1/workspaces/${owner.workspaceId}/videos`)).status).toBe(200)
  const mail = await until('the notice is written', 5000, async () => {
    const row = await world.db
      .prepare(`SELECT * FROM mails WHERE kind = 'key_made' AND recipient = ?`)
      .bind(admin.email)
      .first<{ text: string }>()
    return row ?? undefined
  })
  expect(mail.text).toContain('Nightly')
})

test('a key is in no table, event, list or log', async () => {
  const owner = await world.user()
  const { secret } = await makeKey(owner, { scopes: ['videos:read', 'audit:read'] })
  await by(secret).get(`/api/v1/workspaces/${owner.workspaceId}/videos`)
  await by(secret).get(`/api/v1/workspaces/${owner.workspaceId}/audit/export`)
  await by(secret).get('/api/v1/me')
  const hidden = secret.slice(15)
  const named =
    "select name from sqlite_master where type = 'table' and name not like '!_cf%' escape '!'"
  const { results } = await world.db.prepare(named).all<{ name: string }>()
  for (const { name } of results) {
    const rows = await world.db.prepare(`select * from ${name}`).all()
    expect(JSON.stringify(rows.results), name).not.toContain(hidden)
  }
  expect(JSON.stringify(await list(owner))).not.toContain(hidden)
  expect(world.logs.join('\n')).not.toContain(hidden)
})

test('only admins make, see and revoke keys, and strangers find no workspace', async () => {
  const owner = await world.user()
  const { key } = await makeKey(owner)
  const others = new Map<Role | 'none', TestUser>()
  for (const role of ['editor', 'viewer', 'none'] as const) {
    const user = await world.user()
    if (role !== 'none') await join(user, owner.workspaceId, role)
    others.set(role, user)
  }
  for (const [role, user] of others) {
    const expected = role === 'none' ? [404, 'not_found'] : [403, 'forbidden']
    const as = world.as(user)
    const { workspaceId } = owner
    expect(codeOf(await ask(user, { workspaceId })), role).toEqual(expected)
    expect(codeOf(await as.get(keysOf(workspaceId))), role).toEqual(expected)
    expect(codeOf(await as.delete(`${keysOf(workspaceId)}/${key.id}`)), role).toEqual(expected)
  }
  expect(await list(owner)).toHaveLength(1)
})

test('a key is made only by somebody who has just confirmed who they are', async () => {
  const owner = await world.user()
  world.tick(11 * minuteMs)
  expect(codeOf(await ask(owner))).toEqual([403, 'step_up_required'])
  expect(await list(owner)).toEqual([])
})

test('there are at most fifty, also when several are asked for at once', async () => {
  const owner = await world.user()
  const { key } = await makeKey(owner)
  for (let i = 1; i < maxApiKeys - 1; i++) {
    await run(
      `INSERT INTO api_keys SELECT ?, workspace_id, created_by, name, prefix, ?, scopes, created_at,
        ends_at, last_used_at, revoked_at FROM api_keys WHERE id = ?`,
      ...[world.id('apiKey'), `${key.id} ${i}`, key.id],
    )
  }
  const asked = await Promise.all(Array.from({ length: 6 }, () => ask(owner)))
  const codes = asked.map(({ status, body }) => (status === 201 ? 201 : body.code))
  expect(codes.toSorted()).toEqual([201, ...Array.from({ length: 5 }, () => 'limit_reached')])
  expect(await list(owner)).toHaveLength(maxApiKeys)
  const made = await world.db
    .prepare(`SELECT count(*) AS n FROM events WHERE kind = 'key.created' AND workspace_id = ?`)
    .bind(owner.workspaceId)
    .first('n')
  expect(made).toBe(2)
  // One that is over makes room.
  expect((await world.as(owner).delete(`${keysOf(owner.workspaceId)}/${key.id}`)).status).toBe(204)
  expect((await ask(owner)).status).toBe(201)
})

test('a foreign key and an unknown one are revoked alike: not at all', async () => {
  const [owner, other] = [await world.user(), await world.user()]
  const { key, secret } = await makeKey(other)
  const headers = { 'x-request-id': 'req_01kaf3v9gq8y2n5s7t4w6x0z1b' }
  const revoke = (id: string) =>
    world.as(owner).delete(`${keysOf(owner.workspaceId)}/${id}`, undefined, headers)
  const foreign = await revoke(key.id)
  expect(codeOf(foreign)).toEqual([404, 'not_found'])
  expect((await revoke(world.id('apiKey'))).body).toEqual(foreign.body)
  expect((await by(secret).get(`/api/v1/workspaces/${other.workspaceId}/videos`)).status).toBe(200)
})

test('a key that is revoked amid a hundred uses stays revoked', async () => {
  const owner = await world.user()
  const { key, secret } = await makeKey(owner)
  const use = () => by(secret).get(`/api/v1/workspaces/${owner.workspaceId}/videos`)
  const revoke = () => world.as(owner).delete(`${keysOf(owner.workspaceId)}/${key.id}`)
  const uses = Array.from({ length: 50 }, use)
  const revoked = Promise.all([revoke(), revoke()])
  uses.push(...Array.from({ length: 50 }, use))
  expect((await revoked).map(({ status }) => status).toSorted()).toEqual([204, 404])
  for (const { status } of await Promise.all(uses)) expect([200, 401]).toContain(status)
  expect(codeOf(await use())).toEqual([401, 'unauthorized'])
  const row = await world.db.prepare('SELECT * FROM api_keys WHERE id = ?').bind(key.id).first()
  expect(row).toMatchObject({ revoked_at: world.now() })
  const facts = `SELECT count(*) AS n FROM events WHERE kind = 'key.revoked' AND workspace_id = ?`
  expect(await world.db.prepare(facts).bind(owner.workspaceId).first('n')).toBe(1)
  expect(await list(owner)).toEqual([])
})

test('the last use is shown, to the minute', async () => {
  const owner = await world.user()
  const { secret } = await makeKey(owner)
  const shown = async () => (await list(owner))[0]?.lastUsedAt
  const use = () => by(secret).get(`/api/v1/workspaces/${owner.workspaceId}/videos`)
  const untilShown = (at: number) =>
    until('the use is shown', 5000, async () =>
      (await shown()) === new Date(at).toISOString() ? true : undefined,
    )
  const first = world.now()
  await Promise.all(Array.from({ length: 10 }, use))
  await untilShown(first)
  world.tick(minuteMs - 1)
  await use()
  expect(await shown()).toBe(new Date(first).toISOString())
  world.tick(1)
  await use()
  await untilShown(world.now())
})

test('a key can do no more than its maker can now, and nothing once they have left', async () => {
  const [owner, maker] = [await world.user(), await world.user()]
  const { workspaceId } = owner
  const video = await world.video({ owner, visibility: 'private' })
  await join(maker, workspaceId, 'admin')
  const scopes: Scope[] = ['videos:read', 'videos:write', 'workspace:write']
  const { key, secret } = await makeKey(maker, { workspaceId, scopes })
  const read = () => by(secret).get(`/api/v1/videos/${video.id}`)
  const write = () => by(secret).patch(`/api/v1/videos/${video.id}`, { title: 'By a program' })
  const settings = `/api/v1/workspaces/${workspaceId}/settings/transcode`
  const set = () => by(secret).patch(settings, { maxShortSidePx: 1080 })
  expect((await set()).status).toBe(200)

  await setRole(maker, workspaceId, 'editor')
  expect(codeOf(await set())).toEqual([403, 'forbidden'])
  expect((await write()).status).toBe(200)
  await setRole(maker, workspaceId, 'viewer')
  expect(codeOf(await write())).toEqual([403, 'forbidden'])
  expect((await read()).status).toBe(200)

  await leave(maker, workspaceId)
  expect(codeOf(await read())).toEqual([401, 'unauthorized'])
  expect((await list(owner)).map(({ id }) => id)).not.toContain(key.id)
  world.tick(1)
  await join(maker, workspaceId, 'admin')
  expect(codeOf(await read())).toEqual([401, 'unauthorized'])
})

test('a key stops while its maker is suspended, and where they are gone', async () => {
  const owner = await world.user()
  const { secret } = await makeKey(owner)
  const use = () => by(secret).get(`/api/v1/workspaces/${owner.workspaceId}/videos`)
  await run('UPDATE users SET suspended_at = ? WHERE id = ?', world.now(), owner.id)
  expect(codeOf(await use())).toEqual([401, 'unauthorized'])
  await run('UPDATE users SET suspended_at = NULL WHERE id = ?', owner.id)
  expect((await use()).status).toBe(200)
  await run('DELETE FROM users WHERE id = ?', owner.id)
  expect(codeOf(await use())).toEqual([401, 'unauthorized'])
})

test('a key that was altered is none', async () => {
  const owner = await world.user()
  const { secret } = await makeKey(owner)
  const swapped = secret.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  for (const token of [
    swapped,
    secret.slice(0, -1),
    `${secret}A`,
    'lantern_sk_',
    secret.slice(11),
  ]) {
    expect(codeOf(await by(token).get('/api/v1/videos')), token).toEqual([401, 'unauthorized'])
  }
})

test('a key ends on its day, and is forgotten thirty days later', async () => {
  const owner = await world.user()
  const { key, secret } = await makeKey(owner, { lifeDays: 1 })
  const lasting = await makeKey(owner)
  const gone = await world.user()
  await join(gone, owner.workspaceId, 'admin')
  const orphan = await makeKey(gone, { workspaceId: owner.workspaceId })
  await leave(gone, owner.workspaceId)
  const exists = async (id: string) =>
    (await world.db.prepare('SELECT id FROM api_keys WHERE id = ?').bind(id).first()) !== null

  world.tick(dayMs - 1)
  expect((await by(secret).get('/api/v1/videos')).status).toBe(200)
  world.tick(1)
  expect(codeOf(await by(secret).get('/api/v1/videos'))).toEqual([401, 'unauthorized'])
  await world.cron('*/15 * * * *')
  world.tick(30 * dayMs - 1)
  await world.cron('*/15 * * * *')
  expect([await exists(key.id), await exists(orphan.key.id)]).toEqual([true, true])
  world.tick(1)
  await world.cron('*/15 * * * *')
  expect([await exists(key.id), await exists(orphan.key.id)]).toEqual([false, false])
  expect(await exists(lasting.key.id)).toBe(true)
  expect((await by(lasting.secret).get('/api/v1/videos')).status).toBe(200)
})
