import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, createWorld } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

test('a world serves, and serves again after workerd was killed', async () => {
  expect((await world.as().get('/healthz')).status).toBe(200)
  await world.killWorkerd()
  expect((await world.as().get('/healthz')).status).toBe(200)
})

test('migrations are remembered as wrangler remembers them', async () => {
  const { results } = await world.db.prepare('SELECT name FROM d1_migrations ORDER BY id').all()
  expect(results.map((row) => row['name'])).toEqual(results.map((row) => row['name']).toSorted())
})
