import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestUser } from './user.ts'
import { type World, createWorld } from './world.ts'

/** Never its blocking twin: this process answers the Worker's clock. */
const exec = promisify(execFile)

let world: World
let owner: TestUser
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lantern-chunks-'))
  world = await createWorld({ transcoder: true, env: { LONG_SECONDS: '0.1' } })
  owner = await world.user()
})
afterAll(async () => {
  await world.stop()
  await rm(folder, { recursive: true })
})

const count = async (query: string, videoId: string) =>
  (await world.db.prepare(query).bind(videoId).first<{ n: number }>())?.n

test('a film that many tasks make plays as if one had made it, also after one was killed', async () => {
  const file = path.join(folder, 'film.mp4')
  await exec('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=426x240:r=30:d=25'],
    ...['-f', 'lavfi', '-i', 'sine=r=48000:d=25', '-c:v', 'libx264', '-preset', 'ultrafast'],
    ...['-g', '45', '-bf', '2', '-pix_fmt', 'yuv420p', '-c:a', 'aac', file],
  ])
  const { videoId } = await world.upload(owner, file)
  const chunksDone = `select count(*) as n from tasks
    where video_id = ? and kind = 'chunk' and state = 'done'`
  await expect.poll(() => count(chunksDone, videoId), { timeout: 60_000 }).toBeGreaterThan(0)
  await world.killTranscoder()
  await world.startTranscoder()
  world.tick(121_000)
  await world.cron('* * * * *')
  world.tick(121_000)
  await world.cron('* * * * *')

  const video = await world.waitFor(videoId, 'ready')
  expect(video).toMatchObject({ hasAudio: true, widthPx: 426, heightPx: 240, progress: null })
  expect(Math.abs(video.durationMs - 25_000)).toBeLessThan(50)
  expect(video.posters.length).toBeGreaterThan(0)

  const { hlsUrl } = (await world.as(owner).get(`/api/v1/videos/${videoId}/playback`)).body
  const args = ['-v', 'warning', '-xerror', '-i', hlsUrl, '-map', '0:v:0', '-f', 'framehash', '-']
  const { stdout, stderr } = await exec('ffmpeg', args, { maxBuffer: 16e6 })
  expect(stderr).toBe('')
  const frames = stdout.split('\n').filter((line) => line.startsWith('0,'))
  expect(frames).toHaveLength(25 * 30)
  const pts = frames.map((line) => Number(line.split(',')[2]))
  const steps = new Set(pts.slice(1).map((time, at) => time - pts[at]!))
  expect(steps.size).toBe(1)

  const ready = "select count(*) as n from events where kind = 'video.ready' and video_id = ?"
  expect(await count(ready, videoId)).toBe(1)
})
