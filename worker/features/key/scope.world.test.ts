import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Endpoint, type Scope, scopes } from '#contracts/endpoint.ts'
import { takesBearer } from '../../core/actor.ts'
import { type Client, type Reply, expectStatus } from '../../../scripts/lib/client.ts'
import { bodies, readContracts } from '../../test/every-route.ts'
import type { TestUser } from '../../test/user.ts'
import { readTables } from '../../test/matrix-state.ts'
import { type World, createWorld } from '../../test/world.ts'

const allScopes = Object.keys(scopes) as Scope[]
const requestId = 'req_01kaf3v9gq8y2n5s7t4w6x0z1b'

let world: World
/** Every operation that takes a bearer token. */
let contracts: Endpoint[]
let owner: TestUser
let other: TestUser
/** A key of the owner's with exactly one scope each. */
let keys: Map<Scope, Client>
let full: Client
let own: Record<string, string>
let foreign: Record<string, string>

beforeAll(async () => {
  world = await createWorld({ env: { PLATFORM_ADMINS: 'root@example.com' } })
  // Even the key of somebody who keeps the server is a key.
  owner = await world.user({ email: 'root@example.com' })
  other = await world.user()
  own = await idsOf(owner)
  foreign = await idsOf(other)
  const { paths } = (await world.as().get('/api/v1/openapi.json')).body as {
    paths: Record<string, Record<string, { operationId: string }>>
  }
  const mounted = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  )
  contracts = (await readContracts()).filter(
    ({ id, auth }) => takesBearer(auth) && mounted.includes(id),
  )
  const pairs = allScopes.map(async (scope) => [scope, await makeKey([scope])] as const)
  keys = new Map(await Promise.all(pairs))
  full = await makeKey(allScopes)
})
afterAll(() => world.stop())

async function makeKey(wanted: Scope[]): Promise<Client> {
  const body = { name: wanted.join(' ').slice(0, 60), scopes: wanted, lifeDays: null }
  const reply = await world.as(owner).post(`/api/v1/workspaces/${owner.workspaceId}/keys`, body)
  const { secret } = expectStatus(reply, 201, 'make a key')
  return world.as({ accessToken: secret } as TestUser)
}

async function idsOf(user: TestUser): Promise<Record<string, string>> {
  const { workspaceId } = user
  const video = await world.video({ owner: user, visibility: 'private' })
  const uploads = `/api/v1/workspaces/${workspaceId}/uploads`
  const created = await world.as(user).post(uploads, { fileName: 'a.mp4', sizeBytes: 1000 })
  const uploadId = expectStatus(created, 201, 'begin an upload').upload.id
  return { videoId: video.id, workspaceId, uploadId, userId: user.id, ...rest() }
}

const rest = () => ({
  ...{ partNumber: '1', name: '180p', provider: 'none', keyId: world.id('apiKey') },
  ...{ sessionId: world.id('session'), passkeyId: world.id('passkey') },
  ...{ invitationId: world.id('invitation'), signingKeyId: world.id('signingKey') },
})
const missing = (): Record<string, string> => ({
  ...{ videoId: world.id('video'), workspaceId: world.id('workspace') },
  ...{ uploadId: world.id('upload'), userId: world.id('user'), ...rest() },
})

function call(client: Client, contract: Endpoint, ids: Record<string, string>): Promise<Reply> {
  const path = contract.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name]!)
  const body = bodies[contract.id] ?? undefined
  const headers = { 'x-request-id': requestId }
  return contract.method === 'get'
    ? client.get(path, headers)
    : client[contract.method](path, body, headers)
}

test('a key reaches no operation without its scope, nor any that is for people', async () => {
  const before = await readTables(world)
  let refused = 0
  for (const [scope, key] of keys) {
    for (const contract of contracts.filter((one) => one.scope !== scope)) {
      const reply = await call(key, contract, own)
      const what = `${contract.id} with ${scope}`
      expect([reply.status, reply.body.code], what).toEqual([403, 'insufficient_scope'])
      refused += 1
    }
  }
  expect(refused).toBeGreaterThan(100)
  expect(await readTables(world)).toEqual(before)
})

test('a key with every scope reaches nothing that is for people alone', async () => {
  const forPeople = contracts.filter(({ scope }) => scope === 'session')
  expect(forPeople.length).toBeGreaterThan(8)
  for (const contract of forPeople) {
    const reply = await call(full, contract, own)
    expect([reply.status, reply.body.code], contract.id).toEqual([403, 'insufficient_scope'])
  }
})

test('a key with one scope reaches each operation of that scope', async () => {
  for (const [scope, key] of keys) {
    const reached = contracts.filter((contract) => contract.scope === scope)
    expect(reached.length, scope).toBeGreaterThan(0)
    for (const contract of reached) {
      // What it acts on is missing, but for the workspace: it gets as far as to look for it.
      const reply = await call(key, contract, { ...missing(), workspaceId: owner.workspaceId })
      expect([401, 403], `${contract.id} with ${scope}`).not.toContain(reply.status)
      expect(reply.status, contract.id).toBeLessThan(500)
    }
  }
})

test('a key opens its own workspace and no other, not even one of its maker', async () => {
  const third = await world.user()
  const insert = world.db.prepare(`INSERT INTO memberships VALUES (?, ?, 'owner', ?)`)
  await insert.bind(other.workspaceId, owner.id, 0).run()
  const before = await readTables(world)
  const scoped = contracts.filter(({ scope, params }) => scope !== 'session' && params)
  expect(scoped.length).toBeGreaterThan(10)
  for (const contract of scoped) {
    const hidden = await call(full, contract, { ...foreign, name: '180p' })
    const absent = await call(full, contract, missing())
    expect([hidden.status, hidden.body], contract.id).toEqual([404, absent.body])
    if (!contract.path.includes('{workspaceId}')) continue
    const stranger = await call(full, contract, { ...missing(), workspaceId: third.workspaceId })
    expect([stranger.status, stranger.body], contract.id).toEqual([404, absent.body])
  }
  expect(await readTables(world)).toEqual(before)
  expect((await world.as(owner).get(`/api/v1/videos/${foreign['videoId']}`)).status).toBe(200)
})
