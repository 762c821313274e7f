import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Reply } from '../../../scripts/lib/client.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
let owner: TestUser
beforeAll(async () => {
  world = await createWorld()
  owner = await world.user({ displayName: 'Olga Owner' })
})
afterAll(() => world.stop())

const root = '/api/v1/workspaces'
const codeOf = (reply: Reply) => [reply.status, reply.body?.code]
const create = (user: TestUser, body: unknown, headers = {}) =>
  world.as(user).post(root, body, headers)
const join = (workspaceId: string, user: TestUser, role: string) =>
  world.db
    .prepare('insert into memberships values (?, ?, ?, ?)')
    .bind(workspaceId, user.id, role, world.now())
    .run()
const rowOf = (id: string) =>
  world.db.prepare('select * from workspaces where id = ?').bind(id).first()
const eventsOf = async (id: string) =>
  (
    await world.db
      .prepare('select kind from events where workspace_id = ? order by seq')
      .bind(id)
      .all<{ kind: string }>()
  ).results.map(({ kind }) => kind)

test('one more workspace is its maker’s, with a handle of its name', async () => {
  const made = await create(owner, { name: 'Night Shift' })
  expect(made).toMatchObject({
    status: 201,
    body: { handle: 'night-shift', role: 'owner', memberCount: 1, isSuspended: false },
  })
  expect(await eventsOf(made.body.id)).toEqual(['workspace.created'])
  const again = await create(owner, { name: 'Night Shift' })
  expect(again.body.handle).toMatch(/^night-shift-[0-9a-f]{4}$/)
  const { body } = await world.as(owner).get('/api/v1/me')
  expect(body.workspaces.map((one: { name: string }) => one.name)).toEqual([
    'Olga Owner',
    'Night Shift',
    'Night Shift',
  ])
})

test('a repeat with the same key makes no second one', async () => {
  const headers = { 'idempotency-key': 'once' }
  const [first, second] = [
    await create(owner, { name: 'Once' }, headers),
    await create(owner, { name: 'Once' }, headers),
  ]
  expect(second.body).toEqual(first.body)
})

test('a wished handle is given once, and never one of our own words', async () => {
  expect((await create(owner, { name: 'Wish', handle: 'my-wish' })).body.handle).toBe('my-wish')
  const other = await world.user()
  const taken = await create(other, { name: 'Wish', handle: 'My-Wish' })
  expect(codeOf(taken)).toEqual([409, 'handle_taken'])
  expect(codeOf(await create(other, { name: 'Wish', handle: 'admin' }))).toEqual([
    409,
    'handle_taken',
  ])
  expect(codeOf(await create(other, { name: 'Wish', handle: 'a--b' }))).toEqual([
    422,
    'invalid_fields',
  ])
  expect((await create(other, { name: 'Support' })).body.handle).toBe('support-channel')
})

test('whoever has not confirmed an address makes no more', async () => {
  const newcomer = await world.user({ isVerified: false })
  expect(codeOf(await create(newcomer, { name: 'X' }))).toEqual([403, 'email_unverified'])
  expect(codeOf(await world.as().post(root, { name: 'X' }))).toEqual([401, 'unauthorized'])
})

test('twenty are enough, also for parallel calls', async () => {
  const user = await world.user()
  const replies = await Promise.all(
    Array.from({ length: 25 }, (_, i) => create(user, { name: `Many ${i}` })),
  )
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(19)
  expect(new Set(replies.map(({ body }) => body.code))).toEqual(
    new Set([undefined, 'limit_reached']),
  )
  const { body } = await world.as(user).get('/api/v1/me')
  expect(body.workspaces).toHaveLength(20)
})

test('parallel wishes for one handle have one winner', async () => {
  const people = await Promise.all([1, 2, 3, 4].map(() => world.user()))
  const replies = await Promise.all(
    people.map((user) => create(user, { name: 'Race', handle: 'the-race' })),
  )
  expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409])
})

test('an admin changes name, handle and description; a former handle is free', async () => {
  const [chief, admin, editor] = [await world.user(), await world.user(), await world.user()]
  const id = chief.workspaceId
  await join(id, admin, 'admin')
  await join(id, editor, 'editor')
  const change = { name: 'New name', handle: 'new-handle', description: 'Films of ours' }
  const changed = await world.as(admin).patch(`${root}/${id}`, change)
  expect(changed).toMatchObject({ status: 200, body: { ...change, role: 'admin', memberCount: 3 } })
  expect((await create(chief, { name: 'Old', handle: chief.handle })).status).toBe(201)
  const back = await world.as(admin).patch(`${root}/${id}`, { handle: chief.handle })
  expect(codeOf(back)).toEqual([409, 'handle_taken'])
  const ours = await world.as(admin).patch(`${root}/${id}`, { handle: 'api' })
  expect(codeOf(ours)).toEqual([409, 'handle_taken'])
  const lesser = await world.as(editor).patch(`${root}/${id}`, { name: 'Mine' })
  expect(codeOf(lesser)).toEqual([403, 'forbidden'])
  expect(await world.as(editor).get(`${root}/${id}`)).toMatchObject({ body: { name: 'New name' } })
})

test('a foreign workspace is as good as a missing one', async () => {
  const stranger = await world.user()
  const none = world.id('workspace')
  for (const [method, body] of [
    ['get', undefined],
    ['patch', { name: 'Mine' }],
    ['delete', { handle: owner.handle }],
  ] as const) {
    const [foreign, missing] = await Promise.all(
      [owner.workspaceId, none].map((id) => world.as(stranger)[method](`${root}/${id}`, body)),
    )
    expect(codeOf(foreign!)).toEqual([404, 'not_found'])
    expect(foreign!.body.detail).toBe(missing!.body.detail)
  }
})

test('a suspended workspace can only be looked at', async () => {
  const user = await world.user()
  await world.db
    .prepare('update workspaces set suspended_at = 1 where id = ?')
    .bind(user.workspaceId)
    .run()
  const path = `${root}/${user.workspaceId}`
  expect((await world.as(user).get(path)).body).toMatchObject({ isSuspended: true, role: 'viewer' })
  expect(codeOf(await world.as(user).patch(path, { name: 'X' }))).toEqual([403, 'suspended'])
  expect(codeOf(await world.as(user).delete(path, { handle: user.handle }))).toEqual([
    403,
    'suspended',
  ])
})

test('deleting asks for the owner, the handle and a fresh proof', async () => {
  const [chief, admin] = [await world.user(), await world.user()]
  const path = `${root}/${chief.workspaceId}`
  await join(chief.workspaceId, admin, 'admin')
  const lesser = await world.as(admin).delete(path, { handle: chief.handle })
  expect(codeOf(lesser)).toEqual([403, 'forbidden'])
  const mistyped = await world.as(chief).delete(path, { handle: 'something' })
  expect(codeOf(mistyped)).toEqual([409, 'conflict'])
  world.tick(11 * 60_000)
  const stale = await world.as(chief).delete(path, { handle: chief.handle })
  expect(codeOf(stale)).toEqual([403, 'step_up_required'])
  expect((await world.as(admin).get(path)).status).toBe(200)
})

test('a deleted workspace is gone at once, with members, invitations, keys and videos', async () => {
  const [chief, editor] = [await world.user(), await world.user()]
  const id = chief.workspaceId
  await join(id, editor, 'editor')
  await world.as(chief).post(`${root}/${id}/invitations`, { role: 'viewer', uses: 5 })
  const video = await world.video({ owner: chief })
  const started = await world
    .as(chief)
    .post(`${root}/${id}/uploads`, { fileName: 'open.mp4', sizeBytes: 10 })
  expect(started.status).toBe(201)

  const replies = await Promise.all(
    [1, 2, 3].map(() => world.as(chief).delete(`${root}/${id}`, { handle: chief.handle })),
  )
  expect(replies.map(({ status }) => status).toSorted()).toEqual([204, 404, 404])
  expect(codeOf(await world.as(editor).get(`${root}/${id}`))).toEqual([404, 'not_found'])
  expect((await world.as().get(`/api/v1/videos/${video.id}`)).status).toBe(404)
  for (const table of ['memberships', 'invitations']) {
    const left = world.db.prepare(`select count(*) as n from ${table} where workspace_id = ?`)
    expect(await left.bind(id).first('n')).toBe(0)
  }
  expect(await rowOf(id)).toMatchObject({ handle: id, name: '', deleted_at: world.now() })
  expect((await create(chief, { name: 'Again', handle: chief.handle })).status).toBe(201)

  const open = world.db
    .prepare('select count(*) as n from videos where workspace_id = ? and deleted_at is null')
    .bind(id)
  await expect.poll(() => open.first('n'), { timeout: 20_000 }).toBe(0)
  await expect
    .poll(async () => (await world.bucket.list({ prefix: `v/${video.id}/` })).objects.length, {
      timeout: 20_000,
    })
    .toBe(0)
  const upload = world.db
    .prepare('select state from uploads where id = ?')
    .bind(started.body.upload.id)
  await expect.poll(() => upload.first('state'), { timeout: 20_000 }).toBe('aborted')
  expect((await eventsOf(id)).filter((kind) => kind === 'workspace.deleted')).toHaveLength(1)
})

test('more videos than one step takes go too, and a second telling changes nothing', async () => {
  const user = await world.user()
  const ids = Array.from({ length: 120 }, () => world.id('video'))
  const insert = `insert into videos (id, workspace_id, created_by, title, description, status,
    visibility, epoch, poster, has_video, has_audio, created_at, updated_at)
    select value, ?, ?, 't', '', 'failed', 'private', 1, 0, 0, 0, 1, 1 from json_each(?)`
  await world.db.prepare(insert).bind(user.workspaceId, user.id, JSON.stringify(ids)).run()
  // Bound before the Worker is busy: binding blocks this process, and the Worker asks it for the time.
  const removals = world.db
    .prepare("select count(*) as n from events where kind = 'video.deleted' and workspace_id = ?")
    .bind(user.workspaceId)
  const untold = world.db
    .prepare(
      "update events set dispatched_at = null where kind = 'workspace.deleted' and workspace_id = ?",
    )
    .bind(user.workspaceId)
  const waiting = world.db.prepare('select count(*) as n from events where dispatched_at is null')
  const count = (statement: typeof waiting) => () => statement.first<number>('n')
  await world.as(user).delete(`${root}/${user.workspaceId}`, { handle: user.handle })
  await expect.poll(count(removals), { timeout: 30_000 }).toBe(120)
  await expect.poll(count(waiting), { timeout: 30_000 }).toBe(0)
  await untold.run()
  await create(user, { name: 'A nudge' })
  await expect.poll(count(waiting), { timeout: 30_000 }).toBe(0)
  expect(await count(removals)()).toBe(120)
})
