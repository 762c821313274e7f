import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AuditEntry, AuditPage } from '#contracts/audit.ts'
import { type Reply, expectStatus } from '../../../scripts/lib/client.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

const hourMs = 3600_000

let world: World
beforeAll(async () => {
  world = await createWorld({ env: { PLATFORM_ADMINS: 'root@example.com' } })
})
afterAll(() => world.stop())

const auditOf = (workspaceId: string) => `/api/v1/workspaces/${workspaceId}/audit`
const list = async (user: TestUser, query = ''): Promise<AuditPage> =>
  expectStatus(await world.as(user).get(auditOf(user.workspaceId) + query), 200, 'list')
const kindsOf = ({ items }: { items: AuditEntry[] }) => items.map(({ kind }) => kind)
const codeOf = (reply: Reply) => [reply.status, reply.body?.code]

const join = (user: TestUser, workspaceId: string, role: string) =>
  world.db
    .prepare('INSERT INTO memberships VALUES (?, ?, ?, ?)')
    .bind(workspaceId, user.id, role, world.now())
    .run()

/** As `record` would: through the log's own columns. */
const note = (kind: string, workspaceId: string | null, actorId = 'system', data = '{}') =>
  world.db
    .prepare(
      `INSERT INTO events (id, kind, workspace_id, actor_id, data, request_id, created_at, failures,
        dispatched_at) VALUES (?, ?, ?, ?, ?, 'req_x', ?, 0, ?)`,
    )
    .bind(world.id('event'), kind, workspaceId, actorId, data, world.now(), world.now())
    .run()

async function makeKey(user: TestUser, scope: string) {
  const path = `/api/v1/workspaces/${user.workspaceId}/keys`
  const body = { name: 'Nightly', scopes: [scope, 'workspace:write'], lifeDays: null }
  return expectStatus(await world.as(user).post(path, body), 201, 'make a key')
}

test('the log says who did what, newest first, with names that people know', async () => {
  const owner = await world.user({ displayName: 'Olga Owner' })
  const { key, secret } = await makeKey(owner, 'audit:read')
  const program = world.as({ ...owner, accessToken: secret })
  const settings = `/api/v1/workspaces/${owner.workspaceId}/settings/transcode`
  await program.patch(settings, { maxShortSidePx: 1080 })
  await note('video.ready', owner.workspaceId, 'task')

  const { items } = await list(owner)
  expect(kindsOf({ items })).toEqual([
    ...['video.ready', 'workspace.updated', 'key.created', 'user.registered'],
  ])
  expect(items.map(({ actor }) => actor)).toMatchObject([
    { kind: 'system', id: null, name: 'Lantern' },
    { kind: 'key', id: key.id, name: 'Nightly' },
    { kind: 'user', id: owner.id, name: 'Olga Owner' },
    {},
  ])
  expect(items[1]).toMatchObject({ data: { fields: 'maxShortSidePx' }, videoId: null })
  expect(Date.parse(items[0]!.at)).toBe(world.now())
  // The program reads it too.
  expect((await program.get(auditOf(owner.workspaceId))).body.items).toEqual(items)
})

test('an account that is gone leaves its deeds without a name', async () => {
  const [owner, gone] = [await world.user(), await world.user()]
  await note('video.updated', owner.workspaceId, gone.id)
  await world.db.prepare('DELETE FROM users WHERE id = ?').bind(gone.id).run()
  const { items } = await list(owner, '?kind=video.updated')
  expect(items[0]?.actor).toEqual({ kind: 'user', id: gone.id, name: null })
})

test('pages follow each other without a gap or a repeat, also while new facts come', async () => {
  const owner = await world.user()
  for (let i = 0; i < 7; i++) await note('video.updated', owner.workspaceId)
  const all = (await list(owner)).items
  const seen: AuditEntry[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: AuditPage = await list(owner, `?limit=3${cursor && `&cursor=${cursor}`}`)
    seen.push(...page.items)
    cursor = page.nextCursor
    await note('video.updated', owner.workspaceId)
  }
  expect(seen).toEqual(all)
  expect(all).toHaveLength(8)
})

test('one kind, or all that begin alike; what is for the machinery is left out', async () => {
  const owner = await world.user()
  const { workspaceId } = owner
  for (const kind of ['member.joined', 'member.removed', 'memberless', 'mail.queued']) {
    await note(kind, workspaceId)
  }
  await note('task.retried', workspaceId)
  const of = async (kind: string) => kindsOf(await list(owner, `?kind=${kind}`))
  expect(await of('member.')).toEqual(['member.removed', 'member.joined'])
  expect(await of('member.joined')).toEqual(['member.joined'])
  expect(await of('member')).toEqual([])
  for (const kind of ['%25', '_ember.', "'.", 'mail.queued', 'task.']) {
    expect(await of(kind), kind).toEqual([])
  }
  expect(kindsOf(await list(owner))).toEqual([
    ...['memberless', 'member.removed', 'member.joined', 'user.registered'],
  ])
})

test('only admins read and export it, and a stranger finds no workspace', async () => {
  const owner = await world.user()
  const paths = [auditOf(owner.workspaceId), `${auditOf(owner.workspaceId)}/export`]
  for (const role of ['admin', 'editor', 'viewer', 'none']) {
    const user = await world.user()
    if (role !== 'none') await join(user, owner.workspaceId, role)
    for (const path of paths) {
      const reply = await world.as(user).get(path)
      if (role === 'admin') expect(reply.status).toBe(200)
      else if (role === 'none') expect(codeOf(reply)).toEqual([404, 'not_found'])
      else expect(codeOf(reply)).toEqual([403, 'forbidden'])
    }
  }
})

test('nothing of another workspace, and nothing of accounts, is in it', async () => {
  const [owner, other] = [await world.user(), await world.user()]
  await note('video.updated', other.workspaceId, other.id, '{"secret":"of the other"}')
  await note('user.suspended', null, 'system', '{"secret":"of the server"}')
  const csv = await world.as(owner).get(`${auditOf(owner.workspaceId)}/export`)
  const text = JSON.stringify(await list(owner, '?limit=100')) + csv.body
  expect(text).not.toContain('of the other')
  expect(text).not.toContain('of the server')
})

test('the export is a file of CSV that no spreadsheet runs, and is itself on record', async () => {
  const owner = await world.user({ displayName: '=HYPERLINK("http://evil.example","Olga"), Owner' })
  await note('video.updated', owner.workspaceId, owner.id, '{"title":"a, \\"b\\""}')
  const reply = await world.as(owner).get(`${auditOf(owner.workspaceId)}/export`)
  expect(reply.status).toBe(200)
  expect(reply.headers.get('content-type')).toContain('text/csv')
  expect(reply.headers.get('cache-control')).toBe('no-store')
  expect(reply.headers.get('content-disposition')).toMatch(
    /^attachment; filename="audit-[a-z0-9-]+-\d{4}-\d\d-\d\d\.csv"$/,
  )
  const lines = (reply.body as string).split('\r\n')
  expect(lines[0]).toBe('time,kind,actor_kind,actor_id,actor_name,video_id,data,request_id')
  expect(lines.at(-1)).toBe('')
  const name = `"'=HYPERLINK(""http://evil.example"",""Olga""), Owner"`
  expect(lines[1]).toMatch(/,audit\.exported,user,/)
  expect(lines[2]).toContain(`,video.updated,user,${owner.id},${name},,`)
  expect(lines[2]).toContain(String.raw`"{""title"":""a, \""b\""""}"`)
  expect(kindsOf(await list(owner, '?kind=audit.'))).toEqual(['audit.exported'])
})

test('an export has the latest 50,000 entries, each once', async () => {
  const owner = await world.user()
  await world.db
    .prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50010)
      INSERT INTO events (id, kind, workspace_id, actor_id, data, request_id, created_at, failures,
        dispatched_at) SELECT 'evt_' || i, 'video.updated', ?, 'system', '{"i":' || i || '}', 'r', i,
        0, 1 FROM n`,
    )
    .bind(owner.workspaceId)
    .run()
  const reply = await world.as(owner).get(`${auditOf(owner.workspaceId)}/export`)
  const rows = (reply.body as string).split('\r\n').slice(1, -1)
  expect(rows).toHaveLength(50_000)
  expect(new Set(rows).size).toBe(50_000)
  expect(rows[1]).toContain('""i"":50010')
  expect(rows.at(-1)).toContain('""i"":12}')
})

test('ten exports an hour, each person by themselves', async () => {
  const [owner, admin] = [await world.user(), await world.user()]
  await join(admin, owner.workspaceId, 'admin')
  const ask = (user: TestUser) => world.as(user).get(`${auditOf(owner.workspaceId)}/export`)
  const replies = await Promise.all(Array.from({ length: 12 }, () => ask(owner)))
  const statuses = replies.map(({ status }) => status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(10)
  expect(statuses.filter((status) => status === 429)).toHaveLength(2)
  expect((await ask(admin)).status).toBe(200)
  const kept = await list(owner, '?kind=audit.exported&limit=100')
  expect(kept.items).toHaveLength(11)
  await world.db.prepare('UPDATE rate_limits SET ends_at = ends_at - ?').bind(hourMs).run()
  expect((await ask(owner)).status).toBe(200)
})

test('those who keep the server read what concerns accounts and workspaces as such', async () => {
  const [root, user] = [await world.user({ email: 'root@example.com' }), await world.user()]
  await note('session.started', null, user.id)
  await note('video.updated', user.workspaceId, user.id)
  await note('workspace.suspended', user.workspaceId, root.id)
  const read = async (query = ''): Promise<AuditPage> =>
    expectStatus(await world.as(root).get(`/api/v1/admin/audit${query}`), 200, 'platform')
  const { items } = await read('?limit=2')
  expect(kindsOf({ items })).toEqual(['workspace.suspended', 'session.started'])
  expect(items[0]).toMatchObject({
    actor: { id: root.id, name: root.displayName },
    data: { workspaceId: user.workspaceId },
  })
  expect(kindsOf(await read('?kind=video.'))).toEqual([])
  expect(kindsOf(await read('?kind=session.'))).toContain('session.started')
  // To the workspace itself it was the server.
  const [own] = (await list(user, '?kind=workspace.suspended')).items
  expect(own?.actor).toEqual({ kind: 'system', id: null, name: 'Lantern' })
})
