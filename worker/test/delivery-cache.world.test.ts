import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Playback } from '#contracts/video.ts'
import { buildWorker } from '../../scripts/lib/build.ts'
import { makeTestClip } from '../../scripts/lib/clip.ts'
import type { TestUser } from './user.ts'
import { type World, createWorld } from './world.ts'

let world: World
let folder: string
let owner: TestUser
/** Held from the start: to ask for it blocks this process, which the Worker may wait for. */
let cache: Awaited<ReturnType<World['mf']['getCaches']>>['default']
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lantern-counting-'))
  const workerScript = await buildWorker(folder, 'bench/lib/counting-worker.ts')
  world = await createWorld({ workerScript })
  cache = (await world.mf.getCaches()).default
  owner = await world.user()
})
afterAll(async () => {
  await world.stop()
  await rm(folder, { recursive: true })
})

const linkOf = async (videoId: string, user = owner) => {
  const reply = await world.as(user).get<Playback>(`/api/v1/videos/${videoId}/playback`)
  return reply.body.hlsUrl.replace(/v\/vid.*/, '')
}
const readsOf = async () => {
  const reply = await world.as().get<{ count: number; bytes: number }>('/api/v1/reads')
  return reply.body
}
const read = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer())
async function isCached(key: string): Promise<boolean> {
  const found = await cache.match(`https://media.lantern.internal/${key}`)
  await found?.arrayBuffer() // one that is not read keeps the world from ending
  return found !== undefined
}

/** How often storage is asked while `count` viewers want one cold file at the same time. */
async function askTogether(url: string, count: number) {
  const before = await readsOf()
  const answers = await Promise.all(Array.from({ length: count }, () => read(url)))
  const after = await readsOf()
  expect(new Set(answers.map((bytes) => bytes.toString('base64'))).size).toBe(1)
  return { bytes: answers[0]!, reads: after.count - before.count }
}

test('fifty viewers of a cold segment cost one reading of storage', async () => {
  const { id, prefix } = await world.video({ owner })
  const link = await linkOf(id)
  const key = `${prefix}180p/seg_00001.m4s`
  const stored = Buffer.from(await (await world.bucket.get(key))!.arrayBuffer())
  await read(`${link}${prefix}180p/init.mp4`) // the video's state is known from here on
  const { bytes, reads } = await askTogether(link + key, 50)
  console.log(`50 requests of a cold segment: ${reads} reading of R2`)
  expect(reads).toBe(1)
  expect(bytes.equals(stored)).toBe(true)
  expect((await askTogether(link + key, 50)).reads).toBe(0)
})

test('fifty viewers of one that is cut from an upload cost one cut', async () => {
  const clip = path.join(folder, 'clip.mp4')
  await makeTestClip(clip, { seconds: 4 })
  const { videoId } = await world.upload(owner, clip, { visibility: 'unlisted' })
  const master = await (await fetch(`${await linkOf(videoId)}v/${videoId}/master.m3u8`)).text()
  const [list = ''] = /^s\/.*video\/live\.m3u8$/m.exec(master) ?? []
  const folderUrl = `${await linkOf(videoId)}v/${videoId}/${list.replace('live.m3u8', '')}`
  const single = await world.upload(owner, clip, { visibility: 'unlisted' })
  const other = folderUrl
    .replace(/p\/.*/, '')
    .concat(
      (await linkOf(single.videoId)).replace(/.*\/(?=p\/)/, ''),
      `v/${single.videoId}/s/${single.uploadId}/video/`,
    )
  await read(`${folderUrl}init.mp4`)
  await read(`${other}init.mp4`)
  const alone = await askTogether(`${other}seg_00000.m4s`, 1)
  const together = await askTogether(`${folderUrl}seg_00000.m4s`, 50)
  console.log(`50 requests of a cold cut: ${together.reads} readings, one alone: ${alone.reads}`)
  expect(together.reads).toBe(alone.reads)
})

test('a missing segment is asked for once too, and nobody keeps that it was missing', async () => {
  const { id, prefix } = await world.video({ owner })
  const link = await linkOf(id)
  const key = `${prefix}180p/seg_00042.m4s`
  await read(`${link}${prefix}180p/init.mp4`)
  const before = await readsOf()
  await Promise.all(Array.from({ length: 20 }, () => read(link + key)))
  expect((await readsOf()).count - before.count).toBeLessThan(20)
  await world.bucket.put(key, Buffer.from('late'))
  expect((await read(link + key)).toString()).toBe('late')
})

test('viewers who leave take nothing from those who stay', async () => {
  const { id, prefix } = await world.video({ owner })
  const link = await linkOf(id)
  const url = `${link}${prefix}180p/seg_00000.m4s`
  const leaving = new AbortController()
  const left = fetch(url, { signal: leaving.signal }).catch(() => undefined)
  const staying = Array.from({ length: 10 }, () => read(url))
  leaving.abort()
  await left
  const stored = await world.bucket.get(`${prefix}180p/seg_00000.m4s`)
  const whole = Buffer.from(await stored!.arrayBuffer())
  for (const bytes of await Promise.all(staying)) expect(bytes.equals(whole)).toBe(true)
})

test('what is made private or deleted leaves the caches', async () => {
  const ends = [
    (id: string) => world.as(owner).patch(`/api/v1/videos/${id}`, { visibility: 'private' }),
    (id: string) => world.as(owner).delete(`/api/v1/videos/${id}`),
  ]
  for (const end of ends) {
    const { id, prefix } = await world.video({ owner, visibility: 'public' })
    const link = await linkOf(id)
    const keys = ['180p/init.mp4', '180p/seg_00000.m4s'].map((file) => prefix + file)
    for (const key of keys) await read(link + key)
    for (const key of keys) await expect.poll(() => isCached(key)).toBe(true)
    await end(id)
    for (const key of keys) {
      await expect.poll(() => isCached(key), { timeout: 10_000 }).toBe(false)
    }
  }
})

test('two people share the bytes in the cache and never an answer', async () => {
  const video = await world.video({ owner, visibility: 'private' })
  const key = `${video.prefix}180p/seg_00000.m4s`
  const link = await linkOf(video.id)
  const first = await fetch(link + key)
  await first.arrayBuffer()
  expect(first.headers.get('cache-control')).toBe('private, max-age=86400, immutable')
  expect(first.headers.get('cdn-cache-control')).toBe('no-store')
  const stranger = await world.user()
  const theirs = await world.video({ owner: stranger, visibility: 'private' })
  const foreign = await fetch((await linkOf(theirs.id, stranger)) + key)
  expect(foreign.status).toBe(403)
  expect(foreign.headers.get('cache-control')).toBe('no-store')
  expect(await foreign.text()).not.toContain('moof')
  // Nothing that a token opened lies under an address with a token.
  expect(await cache.match(link + key)).toBeUndefined()
})
