import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
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

test('a video in one line plays', async () => {
  const video = await world.video({ title: 'Dunes' })
  const shown = await world.as().get(`/api/v1/videos/${video.id}`)
  expect(shown.body).toMatchObject({ status: 'ready', playable: true, title: 'Dunes' })

  const playback = await world.as().get(`/api/v1/videos/${video.id}/playback`)
  const { stdout } = await promisify(execFile)('ffprobe', [
    ...['-v', 'error', '-show_entries', 'format=duration:stream=codec_name', '-of', 'csv=p=0'],
    new URL(playback.body.hlsUrl, world.url).href,
  ])
  expect(stdout).toContain('h264')
  expect(stdout).toContain('aac')
})
