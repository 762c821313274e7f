import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Playback } from '#contracts/video.ts'
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
