import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Playback } from '#contracts/video.ts'
import { makeTestClip } from '../../scripts/lib/clip.ts'
import { type World, createWorld } from './world.ts'

/** As in production, but for the cache before the inner entrypoint: workerd has none. */
let world: World
beforeAll(async () => {
  world = await createWorld({ env: { MEDIA_CACHE: 'entrypoint' } })
})
afterAll(() => world.stop())

test('media come through the inner entrypoint, whole and in parts', async () => {
  const { id, prefix } = await world.video()
  const { body } = await world.as().get<Playback>(`/api/v1/videos/${id}/playback`)
  const url = body.hlsUrl.replace(/v\/vid.*/, `${prefix}180p/seg_00000.m4s`)
  const stored = await world.bucket.get(`${prefix}180p/seg_00000.m4s`)
  const bytes = Buffer.from(await stored!.arrayBuffer())

  const whole = await fetch(url)
  expect(whole.status).toBe(200)
  expect(whole.headers.get('content-length')).toBe(`${bytes.byteLength}`)
  expect(whole.headers.get('cache-control')).toBe('private, max-age=86400, immutable')
  expect(bytes.equals(Buffer.from(await whole.arrayBuffer()))).toBe(true)

  const part = await fetch(url, { headers: { range: 'bytes=5-9' } })
  expect(part.status).toBe(206)
  expect(bytes.subarray(5, 10).equals(Buffer.from(await part.arrayBuffer()))).toBe(true)

  const etag = whole.headers.get('etag')!
  expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304)
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(200)
  expect((await fetch(url.replace('seg_00000', 'seg_00077'))).status).toBe(404)
  expect((await fetch(url.replace('/p/', '/p/x'))).status).toBe(403)

  const plain = (await world.mf.getCaches()).default
  const inner = `https://media.lantern.internal/${prefix}180p/seg_00000.m4s`
  expect(await plain.match(inner)).toBeUndefined()
})

test('what is deleted is purged through the inner entrypoint, and then goes from storage', async () => {
  const { id, prefix, owner } = await world.video()
  const { body } = await world.as().get<Playback>(`/api/v1/videos/${id}/playback`)
  const url = body.hlsUrl.replace(/v\/vid.*/, `${prefix}180p/init.mp4`)
  expect((await fetch(url)).status).toBe(200)
  expect((await world.as(owner).delete(`/api/v1/videos/${id}`)).status).toBe(204)
  await expect
    .poll(async () => (await world.bucket.head(`${prefix}180p/init.mp4`)) === null, {
      timeout: 10_000,
    })
    .toBe(true)
})

test('segments of an uploaded file are cut behind it too, and the twin is kept', async () => {
  const clip = path.join(world.dir, 'clip.mp4')
  await makeTestClip(clip, { seconds: 4 })
  const owner = await world.user()
  const { videoId } = await world.upload(owner, clip, { visibility: 'unlisted' })
  const { body } = await world.as().get<Playback>(`/api/v1/videos/${videoId}/playback`)
  const master = await (await fetch(body.hlsUrl)).text()
  const [list = ''] = /^s\/.*video\/live\.m3u8$/m.exec(master) ?? []
  const segment = (track: string) =>
    new URL(list.replace('video/live.m3u8', `${track}/seg_00000.m4s`), body.hlsUrl)

  const picture = await fetch(segment('video'))
  expect(picture.status).toBe(200)
  expect(Buffer.from(await picture.arrayBuffer()).toString('latin1', 4, 8)).toMatch(/moof|styp/)
  const inner = segment('audio').pathname.replace(
    /^\/p\/[^/]+\//,
    'https://media.lantern.internal/',
  )
  const plain = (await world.mf.getCaches()).default
  await expect.poll(async () => (await plain.match(inner))?.status).toBe(200)
  const kept = Buffer.from(await (await plain.match(inner))!.arrayBuffer())
  const sound = await fetch(segment('audio'))
  expect(Buffer.from(await sound.arrayBuffer()).equals(kept)).toBe(true)
})
