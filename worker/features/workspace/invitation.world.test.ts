import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Reply } from '../../../scripts/lib/client.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
let owner: TestUser
beforeAll(async () => {
  world = await createWorld()
})
beforeEach(async () => {
  owner = await world.user({ displayName: 'Olga Owner' })
})
afterAll(() => world.stop())

const dayMs = 24 * 3600_000
const codeOf = (reply: Reply) => [reply.status, reply.body?.code]
const pathOf = (user: TestUser) => `/api/v1/workspaces/${user.workspaceId}/invitations`
const invite = (body: object, by = owner) => world.as(by).post(pathOf(owner), body)
const look = (token: string, by?: TestUser) =>
  world.as(by).post('/api/v1/invitations/look', { token })
const accept = (token: string, by?: TestUser) =>
  world.as(by).post('/api/v1/invitations/accept', { token })
const join = (user: TestUser, role: string) =>
  world.db
    .prepare('insert into memberships values (?, ?, ?, ?)')
    .bind(owner.workspaceId, user.id, role, world.now())
    .run()
const countMembers = () =>
  world.db
    .prepare('select count(*) as n from memberships where workspace_id = ?')
    .bind(owner.workspaceId)
    .first('n')
const mailsTo = async (email: string) =>
  (
    await world.db
      .prepare('select * from mails where recipient = ? order by id')
      .bind(email)
      .all<{ subject: string; text: string; kind: string }>()
  ).results
const tokenIn = (text: string) => /\/join#token=([\w-]{43})/.exec(text)?.[1] ?? ''

async function makeLink(body: object = { role: 'viewer' }): Promise<string> {
  const made = await invite(body)
  expect(made.status).toBe(201)
  return tokenIn(made.body.url)
}
async function sendTo(email: string, role = 'editor'): Promise<string> {
  const made = await invite({ role, email })
  expect(made).toMatchObject({ status: 201, body: { url: null } })
  return tokenIn((await mailsTo(email.toLowerCase())).at(-1)!.text)
}

test('a link is shown once, tells what it offers, and brings a member in', async () => {
  const made = await invite({ role: 'editor', uses: 2 })
  expect(made.body.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/join#token=[\w-]{43}$/)
  const token = tokenIn(made.body.url)
  const stored = await world.db.prepare('select * from invitations').all()
  expect(JSON.stringify(stored.results)).not.toContain(token)
  expect(JSON.stringify((await world.as(owner).get(pathOf(owner))).body)).not.toContain(token)

  const guest = await world.user()
  const offer = { workspaceName: 'Olga Owner', invitedBy: 'Olga Owner', role: 'editor' }
  expect((await look(token)).body).toMatchObject({
    ...{ ...offer, email: null, isForMe: null, isMember: false },
  })
  expect((await look(token, guest)).body).toMatchObject({ isForMe: true, isMember: false })
  expect(await accept(token, guest)).toMatchObject({
    status: 200,
    body: { id: owner.workspaceId, handle: owner.handle, name: 'Olga Owner', role: 'editor' },
  })
  expect((await look(token, guest)).body).toMatchObject({ isMember: true })
  expect((await world.as(owner).get(pathOf(owner))).body.items).toMatchObject([
    { id: made.body.invitation.id, usesLeft: 1, invitedBy: 'Olga Owner', role: 'editor' },
  ])
})

test('a member does not spend a use', async () => {
  const token = await makeLink({ role: 'viewer', uses: 1 })
  expect(codeOf(await accept(token, owner))).toEqual([409, 'already_member'])
  expect((await accept(token, await world.user())).status).toBe(200)
  expect(codeOf(await accept(token, await world.user()))).toEqual([410, 'link_ended'])
  expect(codeOf(await look(token))).toEqual([410, 'link_ended'])
})

test('of twenty who take a link of five uses at once, five come in', async () => {
  const token = await makeLink({ role: 'viewer', uses: 5 })
  const guests = await Promise.all(Array.from({ length: 20 }, () => world.user()))
  const replies = await Promise.all(guests.map((guest) => accept(token, guest)))
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(5)
  expect(replies.filter(({ body }) => body.code === 'link_ended')).toHaveLength(15)
  expect(await countMembers()).toBe(6)
})

test('one person who accepts five times at once joins once, by one use', async () => {
  const token = await makeLink({ role: 'viewer', uses: 5 })
  const guest = await world.user()
  const replies = await Promise.all([1, 2, 3, 4, 5].map(() => accept(token, guest)))
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(replies.filter(({ body }) => body.code === 'already_member')).toHaveLength(4)
  expect((await world.as(owner).get(pathOf(owner))).body.items[0].usesLeft).toBe(4)
  const told = await world.db
    .prepare("select data from events where kind = 'member.joined' and workspace_id = ?")
    .bind(owner.workspaceId)
    .all()
  expect(told.results).toHaveLength(1)
})

test('an invitation by mail is for its address alone, and proves it', async () => {
  const guest = await world.user({ email: 'guest@example.com', isVerified: false })
  const token = await sendTo('Guest@Example.com')
  const mail = (await mailsTo('guest@example.com')).find(({ kind }) => kind === 'invitation')
  expect(mail).toMatchObject({
    kind: 'invitation',
    subject: 'Olga Owner invites you to Olga Owner on Lantern',
  })
  const other = await world.user()
  expect(codeOf(await accept(token, other))).toEqual([403, 'forbidden'])
  expect((await look(token, other)).body).toMatchObject({ isForMe: false })
  expect((await accept(token, guest)).body).toMatchObject({ role: 'editor' })
  const { body } = await world.as(guest).get('/api/v1/me')
  expect(body.user.isEmailVerified).toBe(true)
  const told = await world.db
    .prepare("select count(*) as n from events where kind = 'user.verified' and actor_id = ?")
    .bind(guest.id)
    .first('n')
  expect(told).toBe(1)
  expect(codeOf(await accept(token, guest))).toEqual([410, 'link_ended'])
})

test('a link for everybody proves no address', async () => {
  const guest = await world.user({ isVerified: false })
  expect((await accept(await makeLink(), guest)).status).toBe(200)
  const { body } = await world.as(guest).get('/api/v1/me')
  expect(body.user.isEmailVerified).toBe(false)
})

test('a second mail to an address replaces the first', async () => {
  const first = await sendTo('twice@example.com', 'viewer')
  const second = await sendTo('twice@example.com', 'editor')
  const guest = await world.user({ email: 'twice@example.com' })
  expect(codeOf(await accept(first, guest))).toEqual([410, 'link_ended'])
  expect((await world.as(owner).get(pathOf(owner))).body.items).toHaveLength(1)
  expect((await accept(second, guest)).body).toMatchObject({ role: 'editor' })
  const again = await invite({ role: 'viewer', email: 'twice@example.com' })
  expect(codeOf(again)).toEqual([409, 'already_member'])
})

test('an invitation ends after seven days, and when it is taken back', async () => {
  const [old, revoked] = [await makeLink(), await makeLink()]
  const [latest] = (await world.as(owner).get(pathOf(owner))).body.items
  const path = `${pathOf(owner)}/${latest.id}`
  const stranger = await world.user()
  expect(codeOf(await world.as(stranger).delete(path))).toEqual([404, 'not_found'])
  expect((await world.as(owner).delete(path)).status).toBe(204)
  expect(codeOf(await world.as(owner).delete(path))).toEqual([404, 'not_found'])
  expect(codeOf(await accept(revoked, stranger))).toEqual([410, 'link_ended'])
  expect((await look(old)).status).toBe(200)
  world.tick(7 * dayMs)
  expect(codeOf(await look(old))).toEqual([410, 'link_ended'])
  expect(codeOf(await accept(old, await world.user()))).toEqual([410, 'link_ended'])
  expect(codeOf(await look('nonsense'))).toEqual([410, 'link_ended'])
})

test('an invitation of another workspace cannot be taken back', async () => {
  await makeLink()
  const [mine] = (await world.as(owner).get(pathOf(owner))).body.items
  const other = await world.user()
  const reply = await world.as(other).delete(`${pathOf(other)}/${mine.id}`)
  expect(codeOf(reply)).toEqual([404, 'not_found'])
  expect((await world.as(owner).get(pathOf(owner))).body.items).toHaveLength(1)
})

test('admins invite up to editors, owners up to admins, others nobody', async () => {
  const [admin, editor, viewer] = [await world.user(), await world.user(), await world.user()]
  await join(admin, 'admin')
  await join(editor, 'editor')
  await join(viewer, 'viewer')
  expect((await invite({ role: 'admin' })).status).toBe(201)
  expect((await invite({ role: 'editor' }, admin)).status).toBe(201)
  expect(codeOf(await invite({ role: 'admin' }, admin))).toEqual([403, 'forbidden'])
  for (const lesser of [editor, viewer]) {
    expect(codeOf(await invite({ role: 'viewer' }, lesser))).toEqual([403, 'forbidden'])
    expect(codeOf(await world.as(lesser).get(pathOf(owner)))).toEqual([403, 'forbidden'])
  }
  expect(codeOf(await invite({ role: 'viewer' }, await world.user()))).toEqual([404, 'not_found'])
  expect(codeOf(await invite({ role: 'owner' }))).toEqual([422, 'invalid_fields'])
})

test('what an admin handed out ends when they may no longer hand it out', async () => {
  const admin = await world.user()
  await join(admin, 'admin')
  const made = await invite({ role: 'editor', uses: 9 }, admin)
  const token = tokenIn(made.body.url)
  expect((await look(token)).status).toBe(200)
  await world.as(admin).delete(`/api/v1/workspaces/${owner.workspaceId}/members/${admin.id}`)
  expect(codeOf(await accept(token, admin))).toEqual([410, 'link_ended'])
  expect((await world.as(owner).get(pathOf(owner))).body.items).toEqual([])
})

test('whoever has not confirmed an address invites nobody', async () => {
  owner = await world.user({ isVerified: false })
  expect(codeOf(await invite({ role: 'viewer' }))).toEqual([403, 'email_unverified'])
})

test('a suspended workspace takes nobody in', async () => {
  const token = await makeLink()
  await world.db
    .prepare('update workspaces set suspended_at = 1 where id = ?')
    .bind(owner.workspaceId)
    .run()
  expect(codeOf(await accept(token, await world.user()))).toEqual([410, 'link_ended'])
  expect(codeOf(await invite({ role: 'viewer' }))).toEqual([403, 'suspended'])
})

test('a full workspace takes nobody in', async () => {
  const token = await makeLink()
  const ids = Array.from({ length: 199 }, () => world.id('user'))
  await world.db
    .prepare("insert into memberships select ?, value, 'viewer', 1 from json_each(?)")
    .bind(owner.workspaceId, JSON.stringify(ids))
    .run()
  const guest = await world.user()
  expect(codeOf(await accept(token, guest))).toEqual([409, 'limit_reached'])
  await world.db.prepare('delete from memberships where user_id = ?').bind(ids[0]).run()
  const [first, second] = await Promise.all([accept(token, guest), accept(token, guest)])
  expect([first.status, second.status].toSorted()).toEqual([200, 410])
  expect(await countMembers()).toBe(200)
})

test('a hundred open invitations are enough, also for parallel calls', async () => {
  const insert = `insert into invitations
    select value, ?, 'viewer', null, value, ?, 1, ?, ? from json_each(?)`
  const ids = Array.from({ length: 98 }, () => world.id('invitation'))
  await world.db
    .prepare(insert)
    .bind(owner.workspaceId, owner.id, world.now(), world.now() + 1000, JSON.stringify(ids))
    .run()
  const replies = await Promise.all([1, 2, 3, 4, 5].map(() => invite({ role: 'viewer' })))
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(2)
  expect(replies.filter(({ body }) => body.code === 'limit_reached')).toHaveLength(3)
  const refused = await invite({ role: 'viewer', email: 'late@example.com' })
  expect(codeOf(refused)).toEqual([409, 'limit_reached'])
  expect(await mailsTo('late@example.com')).toEqual([])
  world.tick(1001)
  expect((await invite({ role: 'viewer', email: 'late@example.com' })).status).toBe(201)
})

test('thirty mails an hour leave a workspace', async () => {
  const replies = await Promise.all(
    Array.from({ length: 32 }, (_, i) => invite({ role: 'viewer', email: `m${i}@example.com` })),
  )
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(30)
  expect(replies.filter(({ body }) => body.code === 'rate_limited')).toHaveLength(2)
})

test('strangers and keys accept nothing', async () => {
  expect(codeOf(await accept(await makeLink()))).toEqual([401, 'unauthorized'])
})
