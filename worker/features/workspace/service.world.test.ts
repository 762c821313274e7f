import { drizzle } from 'drizzle-orm/d1'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { UserId, WorkspaceId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import type { TestUser } from '../../test/user.ts'
import { type World, createWorld } from '../../test/world.ts'
import { findRole, listRoles, requireRole } from './access.ts'
import { listChannels } from './service.ts'

let world: World
let owner: TestUser
let viewer: TestUser
let workspaceId: WorkspaceId
beforeAll(async () => {
  world = await createWorld()
  owner = await world.user({ displayName: 'Olga Owner' })
  viewer = await world.user()
  workspaceId = owner.workspaceId as WorkspaceId
  await world.db
    .prepare(`INSERT INTO memberships VALUES (?, ?, 'viewer', ?)`)
    .bind(workspaceId, viewer.id, world.now())
    .run()
})
afterAll(() => world.stop())

function ctxOf(user?: TestUser): Ctx {
  const db = drizzle(world.db as unknown as D1Database)
  const actor = user ? { kind: 'user', userId: user.id as UserId } : { kind: 'anonymous' }
  return { db, actor, now: world.now } as unknown as Ctx
}

test('a member has a role, a stranger has none', async () => {
  expect(await findRole(ctxOf(owner), workspaceId)).toBe('owner')
  expect(await findRole(ctxOf(viewer), workspaceId)).toBe('viewer')
  expect(await findRole(ctxOf(owner), viewer.workspaceId as WorkspaceId)).toBeUndefined()
  expect(await findRole(ctxOf(), workspaceId)).toBeUndefined()
})

test('a lesser role is forbidden, and a foreign workspace is as good as none', async () => {
  expect(await requireRole(ctxOf(owner), workspaceId, 'owner')).toBe('owner')
  expect(await requireRole(ctxOf(viewer), workspaceId, 'viewer')).toBe('viewer')
  await expect(requireRole(ctxOf(viewer), workspaceId, 'editor')).rejects.toMatchObject({
    code: 'forbidden',
  })
  const foreign = requireRole(ctxOf(owner), viewer.workspaceId as WorkspaceId, 'viewer')
  const missing = requireRole(ctxOf(owner), 'wsp_none', 'viewer')
  const [first, second] = await Promise.allSettled([foreign, missing])
  expect(first).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } })
  expect(String((second as PromiseRejectedResult).reason)).toBe(
    String((first as PromiseRejectedResult).reason),
  )
})

test('all roles of the actor', async () => {
  const roles = await listRoles(ctxOf(viewer))
  expect([...roles].toSorted()).toEqual(
    [
      [viewer.workspaceId, 'owner'],
      [workspaceId, 'viewer'],
    ].toSorted(),
  )
  expect(await listRoles(ctxOf())).toEqual(new Map())
})

test('channels of more ids than a statement takes parameters', async () => {
  const unknown = Array.from({ length: 300 }, (_, i): WorkspaceId => `wsp_${i}`)
  const channels = await listChannels(ctxOf(), [...unknown, workspaceId, workspaceId])
  const channel = { id: workspaceId, handle: 'olga-owner', name: 'Olga Owner' }
  expect(channels).toEqual(new Map([[workspaceId, channel]]))
  expect(await listChannels(ctxOf(), [])).toEqual(new Map())
})
