import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Reply } from '../../../scripts/lib/client.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

const codeOf = (reply: Reply) => [reply.status, reply.body?.code]
const membersOf = (workspaceId: string) => `/api/v1/workspaces/${workspaceId}/members`
const join = (workspaceId: string, user: TestUser, role: string) =>
  world.db
    .prepare('insert into memberships values (?, ?, ?, ?)')
    .bind(workspaceId, user.id, role, world.now())
    .run()
const rolesIn = async (workspaceId: string) => {
  const rows = await world.db
    .prepare('select user_id, role from memberships where workspace_id = ?')
    .bind(workspaceId)
    .all<{ user_id: string; role: string }>()
  return new Map(rows.results.map((row) => [row.user_id, row.role]))
}

/** A workspace with one of each role. */
async function team() {
  const [owner, admin, editor, viewer] = [
    await world.user({ displayName: 'Olga Owner' }),
    await world.user({ displayName: 'Adam Admin' }),
    await world.user({ displayName: 'Edda Editor' }),
    await world.user({ displayName: 'Viktor Viewer' }),
  ]
  const id = owner.workspaceId
  await join(id, admin, 'admin')
  await join(id, editor, 'editor')
  await join(id, viewer, 'viewer')
  const path = membersOf(id)
  return {
    ...{ id, owner, admin, editor, viewer },
    list: (by: TestUser) => world.as(by).get(path),
    change: (by: TestUser, who: TestUser, role: string) =>
      world.as(by).patch(`${path}/${who.id}`, { role }),
    remove: (by: TestUser, who: TestUser) => world.as(by).delete(`${path}/${who.id}`),
    transfer: (by: TestUser, to: TestUser) =>
      world.as(by).post(`/api/v1/workspaces/${id}/transfer`, { userId: to.id }),
  }
}

test('members see names and roles, and addresses only where they manage', async () => {
  const { list, owner, admin, editor, viewer } = await team()
  const emails = async (by: TestUser) =>
    (await list(by)).body.items.map((one: { email: string }) => one.email)
  const all = [owner, admin, editor, viewer].map(({ email }) => email).toSorted()
  expect((await emails(owner)).toSorted()).toEqual(all)
  expect((await emails(admin)).toSorted()).toEqual(all)
  expect((await emails(viewer)).toSorted()).toEqual(['', '', '', viewer.email])
  const { items } = (await list(viewer)).body
  expect(items.filter((one: { isMe: boolean }) => one.isMe)).toMatchObject([
    { userId: viewer.id, displayName: 'Viktor Viewer', role: 'viewer', avatarUrl: null },
  ])
})

test('what a member of another workspace sees never holds these names', async () => {
  const { id, owner } = await team()
  const canary = 'Canary Quetzal'
  await world.as(owner).patch('/api/v1/me', { displayName: canary })
  await world.as(owner).patch(`/api/v1/workspaces/${id}`, { name: canary, description: canary })
  const other = await team()
  const stranger = other.owner
  const replies = await Promise.all([
    world.as(stranger).get('/api/v1/me'),
    other.list(stranger),
    world.as(stranger).get(membersOf(id)),
    world.as(stranger).get(`/api/v1/workspaces/${id}`),
    world.as(stranger).get(`/api/v1/workspaces/${id}/invitations`),
    world.as(stranger).patch(`${membersOf(id)}/${owner.id}`, { role: 'viewer' }),
    world.as(stranger).delete(`${membersOf(id)}/${owner.id}`),
    world.as(stranger).post(`/api/v1/workspaces/${id}/transfer`, { userId: stranger.id }),
    world.as(stranger).get('/api/v1/me/export'),
  ])
  expect(JSON.stringify(replies.map(({ body }) => body))).not.toContain(canary)
  const none = world.id('workspace')
  const missing = await world.as(stranger).get(membersOf(none))
  for (const reply of replies.slice(2, 8)) {
    expect(codeOf(reply)).toEqual([404, 'not_found'])
    expect(reply.body.detail).toBe(missing.body.detail)
  }
})

test('each changes and removes as far as their role reaches', async () => {
  const { owner, admin, editor, viewer, change, remove } = await team()
  expect(codeOf(await change(viewer, editor, 'viewer'))).toEqual([403, 'forbidden'])
  expect(codeOf(await change(editor, viewer, 'editor'))).toEqual([403, 'forbidden'])
  expect(codeOf(await change(admin, owner, 'viewer'))).toEqual([403, 'forbidden'])
  expect(codeOf(await change(admin, editor, 'admin'))).toEqual([403, 'forbidden'])
  expect(codeOf(await change(admin, admin, 'viewer'))).toEqual([403, 'forbidden'])
  expect(codeOf(await change(owner, owner, 'admin'))).toEqual([409, 'last_owner'])
  expect((await change(admin, viewer, 'editor')).body).toMatchObject({ role: 'editor' })
  expect((await change(owner, viewer, 'admin')).body).toMatchObject({ role: 'admin' })
  expect(codeOf(await remove(admin, viewer))).toEqual([403, 'forbidden'])
  expect(codeOf(await remove(admin, owner))).toEqual([403, 'forbidden'])
  expect(codeOf(await remove(editor, admin))).toEqual([403, 'forbidden'])
  expect((await remove(admin, editor)).status).toBe(204)
  expect((await remove(owner, viewer)).status).toBe(204)
  const again = await remove(owner, viewer)
  expect(codeOf(again)).toEqual([404, 'not_found'])
  const none = await world.as(owner).delete(`${membersOf(owner.workspaceId)}/${world.id('user')}`)
  expect(none.body.detail).toBe(again.body.detail)
})

test('a change and a removal are told once', async () => {
  const { id, owner, editor, change, remove } = await team()
  await Promise.all([1, 2, 3].map(() => change(owner, editor, 'viewer')))
  const gone = await Promise.all([1, 2, 3].map(() => remove(owner, editor)))
  expect(gone.map(({ status }) => status).toSorted()).toEqual([204, 404, 404])
  const told = await world.db
    .prepare("select kind, data from events where workspace_id = ? and kind = 'member.removed'")
    .bind(id)
    .all()
  expect(told.results).toHaveLength(1)
  expect(JSON.parse(String(told.results[0]?.['data']))).toEqual({
    userId: editor.id,
    hasLeft: false,
  })
})

test('a role lowered bites with the next request', async () => {
  const { owner, editor, change, remove, list } = await team()
  const video = await world.video({ owner })
  const path = `/api/v1/videos/${video.id}`
  expect((await world.as(editor).patch(path, { title: 'Mine' })).status).toBe(200)
  await change(owner, editor, 'viewer')
  expect(codeOf(await world.as(editor).patch(path, { title: 'Again' }))).toEqual([403, 'forbidden'])
  await world.as(owner).patch(path, { visibility: 'private' })
  expect((await world.as(editor).get(path)).status).toBe(200)
  await remove(owner, editor)
  expect((await world.as(editor).get(path)).status).toBe(404)
  expect((await list(editor)).status).toBe(404)
})

test('an admin who is demoted meanwhile changes nobody after that', async () => {
  const { id, owner, admin, editor, change } = await team()
  const [, raised] = await Promise.all([
    change(owner, admin, 'viewer'),
    ...Array.from({ length: 5 }, () => change(admin, editor, 'viewer')),
  ])
  expect([200, 403]).toContain(raised?.status)
  expect(codeOf(await change(admin, editor, 'editor'))).toEqual([403, 'forbidden'])
  expect((await rolesIn(id)).get(admin.id)).toBe('viewer')
})

test('everybody may leave but the only owner', async () => {
  const { id, owner, admin, viewer, remove } = await team()
  expect(codeOf(await remove(owner, owner))).toEqual([409, 'last_owner'])
  expect((await remove(viewer, viewer)).status).toBe(204)
  expect((await remove(admin, admin)).status).toBe(204)
  expect([...(await rolesIn(id)).values()].toSorted()).toEqual(['editor', 'owner'])
})

test('two owners who leave at once leave one', async () => {
  const { id, owner, admin, remove } = await team()
  await world.db
    .prepare("update memberships set role = 'owner' where workspace_id = ? and user_id = ?")
    .bind(id, admin.id)
    .run()
  const replies = await Promise.all([remove(owner, owner), remove(admin, admin)])
  expect(replies.map(({ status }) => status).toSorted()).toEqual([204, 409])
  expect([...(await rolesIn(id)).values()].filter((role) => role === 'owner')).toHaveLength(1)
})

test('one may leave a suspended workspace', async () => {
  const { id, viewer, remove } = await team()
  await world.db.prepare('update workspaces set suspended_at = 1 where id = ?').bind(id).run()
  expect((await remove(viewer, viewer)).status).toBe(204)
})

test('a transfer makes the member owner, and the owner admin', async () => {
  const { id, owner, admin, editor, transfer } = await team()
  expect(codeOf(await transfer(admin, editor))).toEqual([403, 'forbidden'])
  expect(codeOf(await transfer(owner, owner))).toEqual([409, 'conflict'])
  expect(codeOf(await transfer(owner, await world.user()))).toEqual([404, 'not_found'])
  expect((await transfer(owner, editor)).status).toBe(204)
  const roles = await rolesIn(id)
  expect([owner, admin, editor].map((user) => roles.get(user.id))).toEqual([
    'admin',
    'admin',
    'owner',
  ])
  expect(codeOf(await transfer(owner, admin))).toEqual([403, 'forbidden'])
  world.tick(11 * 60_000)
  expect(codeOf(await transfer(editor, owner))).toEqual([403, 'step_up_required'])
})

test('parallel transfers leave exactly one owner', async () => {
  for (let round = 0; round < 5; round++) {
    const { id, owner, admin, editor, viewer, transfer } = await team()
    const replies = await Promise.all(
      [admin, editor, viewer, admin].map((heir) => transfer(owner, heir)),
    )
    expect(replies.filter(({ status }) => status === 204)).toHaveLength(1)
    const roles = [...(await rolesIn(id)).values()]
    expect(roles.filter((role) => role === 'owner')).toHaveLength(1)
  }
})

test('whoever leaves while a workspace is handed to them leaves it an owner', async () => {
  for (let round = 0; round < 5; round++) {
    const { id, owner, editor, remove, transfer } = await team()
    await Promise.all([transfer(owner, editor), remove(editor, editor)])
    const roles = [...(await rolesIn(id)).values()]
    expect(roles.filter((role) => role === 'owner')).toHaveLength(1)
  }
})
