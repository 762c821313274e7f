import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTestClip } from '../../scripts/lib/clip.ts'
import type { TestUser } from './user.ts'
import { type World, createWorld } from './world.ts'

/** Never its blocking twin: this process answers the Worker's clock. */
const exec = promisify(execFile)

let world: World
let owner: TestUser
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lantern-pipeline-'))
  world = await createWorld({ transcoder: true })
  owner = await world.user()
})
afterAll(async () => {
  await world.stop()
  await rm(folder, { recursive: true })
})

async function makeClip(name: string, seconds: number, size: string): Promise<string> {
  const file = path.join(folder, name)
  await makeTestClip(file, { seconds, size })
  return file
}

const count = async (query: string, videoId: string) =>
  (await world.db.prepare(query).bind(videoId).first<{ n: number }>())?.n

test('a film becomes adaptive video that ffmpeg plays without a word', async () => {
  const { videoId } = await world.upload(owner, await makeClip('film.mp4', 7, '640x480'))
  const video = await world.waitFor(videoId, 'ready')
  const names = video.renditions.map((rendition: { name: string }) => rendition.name)
  expect(names).toEqual(['480p', '360p', 'audio'])
  expect(video).toMatchObject({ hasVideo: true, hasAudio: true, widthPx: 640, heightPx: 480 })
  expect(Math.abs(video.durationMs - 7000)).toBeLessThan(50)

  const playback = (await world.as(owner).get(`/api/v1/videos/${videoId}/playback`)).body
  const args = ['-v', 'warning', '-xerror', '-i', playback.hlsUrl, '-map', '0', '-f', 'null', '-']
  const { stderr } = await exec('ffmpeg', args)
  expect(stderr).toBe('')
  expect(await countPictures(playback.hlsUrl)).toEqual([1, 1])
  for (const url of [playback.posterUrl, playback.storyboardUrl]) {
    expect((await fetch(url)).status, url).toBe(200)
  }
})

/** Frames that decode from each byte range of the playlist for scrubbing. */
async function countPictures(hlsUrl: string): Promise<number[]> {
  const read = async (url: string | URL, headers = {}) => (await fetch(url, { headers })).text()
  const uri = /I-FRAME-STREAM-INF:.*URI="([^"]+)"/.exec(await read(hlsUrl))?.[1] ?? ''
  const url = new URL(uri, hlsUrl)
  const ranges = (await read(url)).matchAll(/BYTERANGE:(\d+)@0\n(.+)/g)
  const init = await bytesOf(new URL('init.mp4', url))
  const frames = []
  for (const [, length, name] of ranges) {
    const range = `bytes=0-${Number(length) - 1}`
    const file = path.join(folder, `${name}.mp4`)
    await writeFile(file, Buffer.concat([init, await bytesOf(new URL(name!, url), { range })]))
    const args = ['-v', 'error', '-i', file, '-map', '0:v', '-f', 'framehash', '-']
    const { stdout } = await exec('ffmpeg', args)
    frames.push(stdout.split('\n').filter((line) => line.startsWith('0,')).length)
  }
  return frames
}

const bytesOf = async (url: URL, headers: Record<string, string> = {}) =>
  Buffer.from(await (await fetch(url, { headers })).arrayBuffer())

test('a file that is no video fails with a sentence, and stays until its owner deletes it', async () => {
  const text = new TextEncoder().encode('Dear diary, today I filmed nothing. '.repeat(40))
  const { videoId } = await world.upload(owner, text, { fileName: 'diary.mp4' })
  await expect
    .poll(async () => (await world.as(owner).get(`/api/v1/videos/${videoId}`)).body, {
      timeout: 30_000,
    })
    .toMatchObject({ status: 'failed', failure: { code: 'not_a_video' } })
  expect((await world.as(owner).delete(`/api/v1/videos/${videoId}`)).status).toBe(204)
})

test('the transcoder killed in mid-encode: another attempt finishes, and publishes once', async () => {
  const { videoId } = await world.upload(owner, await makeClip('long.mp4', 20, '854x480'))
  await expect
    .poll(
      async () => (await world.as(owner).get(`/api/v1/videos/${videoId}`)).body.progress?.percent,
      { timeout: 40_000, interval: 50 },
    )
    .toBeGreaterThan(5)
  await world.killTranscoder()
  const before = (await world.as(owner).get(`/api/v1/videos/${videoId}`)).body
  expect(before.status).toBe('processing')

  await world.startTranscoder()
  world.tick(121_000)
  await world.cron('* * * * *')
  world.tick(121_000)
  await world.cron('* * * * *')
  await world.waitFor(videoId, 'ready')
  expect(await count('select count(*) as n from encodes where video_id = ?', videoId)).toBe(1)
  const ready = "select count(*) as n from events where kind = 'video.ready' and video_id = ?"
  expect(await count(ready, videoId)).toBe(1)
  expect(
    await count("select attempt as n from tasks where video_id = ? and kind = 'encode'", videoId),
  ).toBe(2)
})

test('workerd killed in mid-encode: the transcoder waits for it and the video becomes ready', async () => {
  const { videoId } = await world.upload(owner, await makeClip('again.mp4', 10, '854x480'))
  await expect
    .poll(
      async () => (await world.as(owner).get(`/api/v1/videos/${videoId}`)).body.progress?.percent,
      { timeout: 40_000, interval: 50 },
    )
    .toBeGreaterThan(5)
  await world.killWorkerd()
  await world.waitFor(videoId, 'ready')
  expect(
    await count("select attempt as n from tasks where video_id = ? and kind = 'encode'", videoId),
  ).toBe(1)
})
