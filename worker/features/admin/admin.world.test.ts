import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { AdminUser, AdminWorkspace } from '#contracts/admin.ts'
import type { Page } from '#contracts/page.ts'
import { type Reply, expectStatus } from '../../../scripts/lib/client.ts'
import { bodies, readContracts } from '../../test/every-route.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

const minuteMs = 60_000
const reason = 'Spam in every title'

let world: World
let root: TestUser
beforeAll(async () => {
  world = await createWorld({ env: { PLATFORM_ADMINS: 'root@example.com, second@example.com' } })
  root = await world.user({ email: 'root@example.com' })
})
afterAll(() => world.stop())
/** Step-ups last ten minutes of a clock that tests move. */
beforeEach(async () => {
  await world.db.prepare('UPDATE sessions SET confirmed_at = ?').bind(world.now()).run()
})

const usersPath = '/api/v1/admin/users'
const workspacesPath = '/api/v1/admin/workspaces'
const codeOf = (reply: Reply) => [reply.status, reply.body?.code]

const listUsers = async (query = ''): Promise<Page<AdminUser>> =>
  expectStatus(await world.as(root).get(usersPath + query), 200, 'accounts')
const listWorkspaces = async (query = ''): Promise<Page<AdminWorkspace>> =>
  expectStatus(await world.as(root).get(workspacesPath + query), 200, 'workspaces')
const findUsers = async (search: string) =>
  (await listUsers(`?search=${encodeURIComponent(search)}`)).items.map(({ id }) => id)

const suspend = (path: string, body: object = { reason }, as = root) =>
  world.as(as).put(`${path}/suspension`, body)
const restore = (path: string, as = root) => world.as(as).delete(`${path}/suspension`)
const userPath = ({ id }: { id: string }) => `${usersPath}/${id}`
const workspacePath = (id: string) => `${workspacesPath}/${id}`
const signIn = ({ email, password }: TestUser) =>
  world.as().post('/api/v1/auth/login', { email, password })

const countOf = async (sql: string, ...values: unknown[]) =>
  world.db
    .prepare(`SELECT count(*) AS n FROM ${sql}`)
    .bind(...values)
    .first<number>('n')

test('to everybody else there is nothing at these addresses', async () => {
  const [user, unconfirmed] = [
    await world.user(),
    await world.user({ email: 'second@example.com', isVerified: false }),
  ]
  const contracts = (await readContracts()).filter(({ auth }) => auth === 'admin')
  expect(contracts).toHaveLength(7)
  for (const contract of contracts) {
    const ids: Record<string, string> = { userId: root.id, workspaceId: root.workspaceId }
    const path = contract.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name]!)
    const body = bodies[contract.id] ?? undefined
    for (const one of [user, unconfirmed]) {
      const { method } = contract
      const client = world.as(one)
      const reply = await (method === 'get' ? client.get(path) : client[method](path, body))
      expect(codeOf(reply), contract.id).toEqual([404, 'not_found'])
      expect(reply.body.detail).toBe('There is nothing at this address.')
    }
  }
  expect(codeOf(await world.as().get(usersPath))).toEqual([401, 'unauthorized'])
  await world.db.prepare('DELETE FROM users WHERE id = ?').bind(unconfirmed.id).run()
})

test('accounts are listed newest first, with what is known of them', async () => {
  const [older, newer] = [await world.user({ displayName: 'Ada' }), await world.user()]
  await world.db
    .prepare(`INSERT INTO memberships VALUES (?, ?, 'viewer', 0)`)
    .bind(newer.workspaceId, older.id)
    .run()
  await world.db
    .prepare(`INSERT INTO totp_factors VALUES (?, 'sealed', 0, 0, ?)`)
    .bind(older.id, world.now())
    .run()
  const { items } = await listUsers('?limit=2')
  expect(items.map(({ id }) => id)).toEqual([newer.id, older.id])
  expect(items[1]).toEqual({
    ...{ id: older.id, email: older.email, displayName: 'Ada', isEmailVerified: true },
    ...{ workspaceCount: 2, hasSecondFactor: true, suspendedAt: null, suspendedFor: null },
    lastSeenAt: new Date(world.now()).toISOString(),
    createdAt: new Date(world.now()).toISOString(),
  })
  expect(items[0]).toMatchObject({ workspaceCount: 1, hasSecondFactor: false })
})

test('pages of accounts follow each other', async () => {
  await Promise.all([world.user(), world.user(), world.user()])
  const all = (await listUsers('?limit=100')).items.map(({ id }) => id)
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Page<AdminUser> = await listUsers(`?limit=2${cursor && `&cursor=${cursor}`}`)
    seen.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  }
  expect(seen).toEqual(all)
})

test('a search looks in names and addresses, whatever their case, and takes no wildcards', async () => {
  const ada = await world.user({ displayName: 'Ada 100% Lovelace', email: 'ada_l@example.com' })
  expect(await findUsers('LOVELACE')).toEqual([ada.id])
  expect(await findUsers('ada_l@')).toEqual([ada.id])
  expect(await findUsers('100%')).toEqual([ada.id])
  for (const nothing of ['ada%', 'ad__l', '*', "' or 1=1 --", 'x'.repeat(100)]) {
    expect(await findUsers(nothing), nothing).toEqual([])
  }
  expect((await world.as(root).get(`${usersPath}?search=${'x'.repeat(101)}`)).status).toBe(422)
})

test('a suspended account is out at once, everywhere, and cannot sign in', async () => {
  const user = await world.user()
  const second = expectStatus(await signIn(user), 200, 'second sign-in').accessToken
  const keys = `/api/v1/workspaces/${user.workspaceId}/keys`
  const key = { name: 'Nightly', scopes: ['videos:read'], lifeDays: null }
  const { secret } = expectStatus(await world.as(user).post(keys, key), 201, 'key')
  const video = await world.video({ owner: user })

  const suspended = expectStatus(await suspend(userPath(user)), 200, 'suspend')
  expect(suspended).toMatchObject({
    ...{ id: user.id, suspendedFor: reason },
    suspendedAt: new Date(world.now()).toISOString(),
  })
  for (const accessToken of [user.accessToken, second, secret]) {
    const reply = await world.as({ ...user, accessToken }).get('/api/v1/videos')
    expect(codeOf(reply)).toEqual([401, 'unauthorized'])
  }
  const refreshed = await world
    .as()
    .post('/api/v1/auth/refresh', undefined, { cookie: user.refreshCookie })
  expect(codeOf(refreshed)).toEqual([401, 'session_ended'])
  expect(codeOf(await signIn(user))).toEqual([403, 'suspended'])
  expect((await world.as().get(`/api/v1/videos/${video.id}`)).status).toBe(200)

  const live = 'sessions WHERE user_id = ? AND ended_at IS NULL'
  expect(await countOf(live, user.id)).toBe(0)
  const mail = await world.db
    .prepare(`SELECT text FROM mails WHERE kind = 'user_suspended' AND user_id = ?`)
    .bind(user.id)
    .first<string>('text')
  expect(mail).toContain(reason)
  const fact = await world.db
    .prepare(`SELECT * FROM events WHERE kind = 'user.suspended' ORDER BY seq DESC LIMIT 1`)
    .first()
  expect(fact).toMatchObject({ actor_id: root.id, workspace_id: null })
  expect(JSON.parse(String(fact!['data']))).toEqual({ userId: user.id, reason })
})

test('a repeat changes nothing, another reason replaces, and one mail is sent', async () => {
  const user = await world.user()
  const first = (await suspend(userPath(user))).body
  world.tick(minuteMs)
  const again = await Promise.all([suspend(userPath(user)), suspend(userPath(user))])
  for (const reply of again) expect(reply.body).toEqual(first)
  const facts = `events WHERE kind = 'user.suspended' AND json_extract(data, '$.userId') = ?`
  expect(await countOf(facts, user.id)).toBe(1)
  const other = (await suspend(userPath(user), { reason: 'Fraud' })).body
  expect(other).toEqual({ ...first, suspendedFor: 'Fraud' })
  expect(await countOf(facts, user.id)).toBe(2)
  expect(await countOf(`mails WHERE kind = 'user_suspended' AND user_id = ?`, user.id)).toBe(1)
})

test('two suspensions at once are one fact', async () => {
  const user = await world.user()
  const replies = await Promise.all([suspend(userPath(user)), suspend(userPath(user))])
  expect(replies.map(({ status }) => status)).toEqual([200, 200])
  const facts = `events WHERE kind = 'user.suspended' AND json_extract(data, '$.userId') = ?`
  expect(await countOf(facts, user.id)).toBe(1)
})

test('a restored account signs in again, and its old sessions stay ended', async () => {
  const user = await world.user()
  await suspend(userPath(user))
  const restored = await Promise.all([restore(userPath(user)), restore(userPath(user))])
  for (const reply of [...restored, await restore(userPath(user))]) {
    expect(expectStatus(reply, 200, 'restore')).toMatchObject({
      ...{ suspendedAt: null, suspendedFor: null },
    })
  }
  expect((await signIn(user)).status).toBe(200)
  expect((await world.as(user).get('/api/v1/me')).status).toBe(401)
  const facts = `events WHERE kind = 'user.restored' AND json_extract(data, '$.userId') = ?`
  expect(await countOf(facts, user.id)).toBe(1)
})

test('nobody suspends themselves or another who keeps the server', async () => {
  const second = await world.user({ email: 'second@example.com' })
  for (const one of [root, second]) {
    const reply = await suspend(userPath(one))
    expect(codeOf(reply)).toEqual([409, 'conflict'])
    expect((await world.as(one).get('/api/v1/me')).status).toBe(200)
  }
})

test('an unknown account or workspace is not found, and a suspension needs a reason', async () => {
  const paths = [userPath({ id: world.id('user') }), workspacePath(world.id('workspace'))]
  for (const path of paths) {
    expect(codeOf(await suspend(path))).toEqual([404, 'not_found'])
    expect(codeOf(await restore(path))).toEqual([404, 'not_found'])
  }
  const user = await world.user()
  for (const body of [{}, { reason: '' }, { reason: '  ' }, { reason: 'x'.repeat(501) }]) {
    expect(codeOf(await suspend(userPath(user), body))).toEqual([422, 'invalid_fields'])
  }
})

test('to suspend and to restore ask for a fresh proof of who it is', async () => {
  const user = await world.user()
  world.tick(11 * minuteMs)
  for (const path of [userPath(user), workspacePath(user.workspaceId)]) {
    expect(codeOf(await suspend(path))).toEqual([403, 'step_up_required'])
    expect(codeOf(await restore(path))).toEqual([403, 'step_up_required'])
  }
  expect((await world.as(root).get(usersPath)).status).toBe(200)
})

test('workspaces are listed newest first and found by name, handle and owner', async () => {
  const owner = await world.user({ displayName: 'Zoë Quartz' })
  await world.video({ owner })
  const { items } = await listWorkspaces('?limit=1')
  expect(items).toEqual([
    {
      ...{ id: owner.workspaceId, handle: owner.handle, name: items[0]!.name },
      ...{ ownerEmail: owner.email, memberCount: 1, videoCount: 1 },
      ...{ suspendedAt: null, suspendedFor: null },
      createdAt: items[0]!.createdAt,
    },
  ])
  for (const search of [owner.handle.toUpperCase(), 'QUARTZ', owner.email]) {
    const found = await listWorkspaces(`?search=${encodeURIComponent(search)}`)
    expect(found.items.map(({ id }) => id)).toContain(owner.workspaceId)
  }
  expect((await listWorkspaces('?search=%25%25')).items).toEqual([])
  await world.db
    .prepare('UPDATE workspaces SET deleted_at = 1 WHERE id = ?')
    .bind(owner.workspaceId)
    .run()
  expect((await listWorkspaces('?search=quartz')).items).toEqual([])
  expect(codeOf(await suspend(workspacePath(owner.workspaceId)))).toEqual([404, 'not_found'])
})

test('a suspended workspace is shown to nobody outside, its links stop, and its members only look', async () => {
  const [owner, stranger] = [await world.user(), await world.user()]
  const video = await world.video({ owner })
  const path = `/api/v1/videos/${video.id}`
  const playback = expectStatus(await world.as().get(`${path}/playback`), 200, 'playback')
  const link = playback.hlsUrl.slice(0, playback.hlsUrl.indexOf('/v/') + 1)
  const segment = `${link}${video.prefix}180p/seg_00001.m4s`
  const statusOf = async (url: string) => {
    const response = await fetch(url)
    await response.arrayBuffer()
    return response.status
  }
  const isListed = async () =>
    JSON.stringify((await world.as().get('/api/v1/videos?limit=100')).body).includes(video.id)
  expect([await statusOf(playback.hlsUrl), await statusOf(segment)]).toEqual([200, 200])
  expect(await isListed()).toBe(true)

  const suspended = expectStatus(await suspend(workspacePath(owner.workspaceId)), 200, 'suspend')
  expect(suspended).toMatchObject({ suspendedFor: reason, videoCount: 1 })
  world.tick(3000)
  expect([await statusOf(playback.hlsUrl), await statusOf(segment)]).toEqual([403, 403])
  expect(await isListed()).toBe(false)
  for (const user of [undefined, stranger]) {
    expect(codeOf(await world.as(user).get(path))).toEqual([404, 'not_found'])
    expect(codeOf(await world.as(user).get(`${path}/playback`))).toEqual([404, 'not_found'])
  }
  expect((await world.as(owner).get(path)).status).toBe(200)
  expect((await world.as(owner).patch(path, { title: 'Still here' })).status).toBe(403)
  const uploads = `/api/v1/workspaces/${owner.workspaceId}/uploads`
  const upload = await world.as(owner).post(uploads, { fileName: 'a.mp4', sizeBytes: 1000 })
  expect(codeOf(upload)).toEqual([403, 'suspended'])

  expect((await restore(workspacePath(owner.workspaceId))).status).toBe(200)
  world.tick(3000)
  expect([await statusOf(playback.hlsUrl), await statusOf(segment)]).toEqual([200, 200])
  expect(await isListed()).toBe(true)
  expect((await world.as(owner).patch(path, { title: 'Back again' })).status).toBe(200)
})

test('suspending a workspace twice is one fact and one mail, and so is restoring it', async () => {
  const owner = await world.user()
  const path = workspacePath(owner.workspaceId)
  const first = (await suspend(path)).body
  world.tick(minuteMs)
  expect((await suspend(path)).body).toEqual(first)
  await restore(path)
  expect((await restore(path)).body).toMatchObject({ suspendedAt: null, suspendedFor: null })
  for (const what of ['suspended', 'restored']) {
    const facts = `events WHERE workspace_id = ? AND kind = 'workspace.${what}'`
    expect(await countOf(facts, owner.workspaceId)).toBe(1)
    const mails = `mails WHERE recipient = ? AND kind = 'workspace_${what}'`
    expect(await countOf(mails, owner.email)).toBe(1)
  }
})
