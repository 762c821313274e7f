import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Role } from '#contracts/auth.ts'
import { maxSigningKeys } from '#contracts/limit.ts'
import type { SigningKey } from '#contracts/signing-key.ts'
import { type Reply, expectStatus } from '../../../scripts/lib/client.ts'
import { until } from '../../test/process.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

const dayMs = 24 * 3600_000
const keysOf = (workspaceId: string) => `/api/v1/workspaces/${workspaceId}/signing-keys`
const ask = (user: TestUser, wish: object = {}, workspaceId = user.workspaceId) =>
  world.as(user).post(keysOf(workspaceId), { name: 'Shop', algorithm: 'EdDSA', ...wish })
const make = async (user: TestUser): Promise<{ key: SigningKey; privateKey: string | null }> =>
  expectStatus(await ask(user), 201, 'make a signing key')
const list = async (user: TestUser): Promise<SigningKey[]> =>
  expectStatus(await world.as(user).get(keysOf(user.workspaceId)), 200, 'list').items
const revoke = (user: TestUser, id: string, workspaceId = user.workspaceId) =>
  world.as(user).delete(`${keysOf(workspaceId)}/${id}`)
const codeOf = (reply: Reply) => [reply.status, reply.body?.code]
const run = (sql: string, ...values: unknown[]) =>
  world.db
    .prepare(sql)
    .bind(...values)
    .run()
const facts = async (workspaceId: string, kind: string) => {
  const sql = `SELECT data FROM events WHERE kind = ? AND workspace_id = ?`
  const { results } = await world.db.prepare(sql).bind(kind, workspaceId).all<{ data: string }>()
  return results.map(({ data }) => JSON.parse(data) as object)
}

test('a pair is made here: its private part is in that one answer, and in no table or log', async () => {
  const owner = await world.user({ displayName: 'Olga Owner' })
  for (const algorithm of ['EdDSA', 'RS256']) {
    const { key, privateKey } = expectStatus(await ask(owner, { algorithm }), 201, 'make')
    expect(privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
    expect(key).toMatchObject({ algorithm, createdBy: 'Olga Owner', lastUsedAt: null })
    const hidden = (privateKey as string).split('\n')[1]
    const { results } = await world.db.prepare('select * from signing_keys').all()
    expect(JSON.stringify(results)).not.toContain('"d"')
    expect(JSON.stringify([results, await list(owner)])).not.toContain(hidden)
    expect(world.logs.join('\n')).not.toContain(hidden)
  }
  const mail = await until('the notice is written', 5000, async () => {
    const sql = `SELECT text FROM mails WHERE kind = 'key_made' AND recipient = ?`
    return (await world.db.prepare(sql).bind(owner.email).first<{ text: string }>()) ?? undefined
  })
  expect(mail.text).toContain('signing key “Shop”')
  expect((await list(owner)).map(({ algorithm }) => algorithm)).toEqual(['RS256', 'EdDSA'])
})

test('a public key is taken as PEM and as JWK, and a wrong one names its field', async () => {
  const owner = await world.user()
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const jwk = publicKey.export({ format: 'jwk' })
  for (const text of [publicKey.export({ type: 'spki', format: 'pem' }), JSON.stringify(jwk)]) {
    const reply = await ask(owner, { algorithm: undefined, publicKey: text })
    expect(expectStatus(reply, 201, 'bring a key')).toMatchObject({
      ...{ privateKey: null, key: { algorithm: 'EdDSA', publicJwk: jwk } },
    })
  }
  const secret = privateKey.export({ type: 'pkcs8', format: 'pem' })
  const refused = await ask(owner, { algorithm: undefined, publicKey: secret })
  expect(codeOf(refused)).toEqual([422, 'invalid_fields'])
  expect(refused.body.errors).toMatchObject([{ field: 'publicKey' }])
  const both = await ask(owner, { publicKey: JSON.stringify(jwk) })
  expect(codeOf(both)).toEqual([422, 'invalid_fields'])
  expect(await list(owner)).toHaveLength(2)
})

test('only admins make, see and revoke them, strangers find no workspace', async () => {
  const owner = await world.user()
  const { workspaceId } = owner
  const { key } = await make(owner)
  for (const role of ['editor', 'viewer', 'none'] as (Role | 'none')[]) {
    const user = await world.user()
    const join = 'INSERT INTO memberships VALUES (?, ?, ?, ?)'
    if (role !== 'none') await run(join, workspaceId, user.id, role, world.now())
    const expected = role === 'none' ? [404, 'not_found'] : [403, 'forbidden']
    expect(codeOf(await ask(user, {}, workspaceId)), role).toEqual(expected)
    expect(codeOf(await world.as(user).get(keysOf(workspaceId))), role).toEqual(expected)
    expect(codeOf(await revoke(user, key.id, workspaceId)), role).toEqual(expected)
  }
  const [other, foreign] = [await world.user(), await revoke(owner, world.id('signingKey'))]
  expect(codeOf(foreign)).toEqual([404, 'not_found'])
  expect(codeOf(await revoke(other, key.id))).toEqual([404, 'not_found'])
  world.tick(11 * 60_000)
  expect(codeOf(await ask(owner))).toEqual([403, 'step_up_required'])
  expect(await list(owner)).toEqual([key])
})

test('there are at most ten, also when several are asked for at once; a revoked one makes room', async () => {
  const owner = await world.user()
  const { key } = await make(owner)
  for (let i = 1; i < maxSigningKeys - 1; i++) await make(owner)
  const asked = await Promise.all(Array.from({ length: 4 }, () => ask(owner)))
  const codes = asked.map(({ status, body }) => (status === 201 ? 201 : body.code))
  expect(codes.toSorted()).toEqual([201, 'limit_reached', 'limit_reached', 'limit_reached'])
  expect(await list(owner)).toHaveLength(maxSigningKeys)
  expect(await facts(owner.workspaceId, 'signing_key.created')).toHaveLength(maxSigningKeys)
  const twice = await Promise.all([revoke(owner, key.id), revoke(owner, key.id)])
  expect(twice.map(({ status }) => status).toSorted()).toEqual([204, 404])
  expect(await facts(owner.workspaceId, 'signing_key.revoked')).toEqual([
    { signingKeyId: key.id, name: 'Shop', userId: owner.id },
  ])
  expect((await ask(owner)).status).toBe(201)
})

test('one that was revoked is forgotten thirty days later', async () => {
  const owner = await world.user()
  const [{ key }, lasting] = [await make(owner), await make(owner)]
  await revoke(owner, key.id)
  const ids = async () => {
    const sql = 'SELECT id FROM signing_keys WHERE workspace_id = ? ORDER BY id'
    const found = await world.db.prepare(sql).bind(owner.workspaceId).all<{ id: string }>()
    return found.results.map(({ id }) => id)
  }
  world.tick(30 * dayMs - 1)
  await world.cron('*/15 * * * *')
  expect(await ids()).toHaveLength(2)
  world.tick(1)
  await world.cron('*/15 * * * *')
  expect(await ids()).toEqual([lasting.key.id])
})
