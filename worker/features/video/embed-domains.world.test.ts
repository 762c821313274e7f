import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestVideo } from '../../test/video.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
let video: TestVideo
beforeAll(async () => {
  world = await createWorld()
  video = await world.video()
})
afterAll(() => world.stop())

const patch = (embedDomains: unknown) =>
  world.as(video.owner).patch(`/api/v1/videos/${video.id}`, { embedDomains })
const read = async (user = video.owner) => {
  const { body } = await world.as(user).get(`/api/v1/videos/${video.id}`)
  return body.embedDomains
}

test('a video may be embedded anywhere until its owner names sites', async () => {
  expect(await read()).toBeNull()
  const named = await patch(['https://Bücher.example/shop', '*.example.com', 'bücher.example'])
  expect(named.status).toBe(200)
  expect(await read()).toEqual(['xn--bcher-kva.example', '*.example.com'])
  await patch([])
  expect(await read()).toEqual([])
  await patch(null)
  expect(await read()).toBeNull()
})

test('viewers do not learn which sites were named', async () => {
  await patch(['partner.example'])
  expect(await read(await world.user())).toBeNull()
  await patch(null)
})

test.each([
  [['exa mple.com']],
  [['*']],
  [['example.com; script-src *']],
  [Array.from({ length: 51 }, (_, i) => `s${i}.example`)],
  ['example.com'],
])('%j is refused', async (domains) => {
  expect(await patch(domains)).toMatchObject({ status: 422, body: { code: 'invalid_fields' } })
})
