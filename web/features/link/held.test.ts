import { narrow } from '#contracts/narrow.ts'
import { expect, test } from 'vitest'
import { readHeld } from './held.ts'

const encode = (value: object) =>
  btoa(JSON.stringify(value)).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_')
const token = `k1.${encode({ v: 'vid_1', k: 'wic', x: 2_000_000_000 })}.AAAAAAAAAAAAAAAAAAAAAA`
const video = 'https://lantern.example/watch/vid_1'

test.each([
  [`${video}#token=${token}`],
  [`https://lantern.example/embed/vid_1?autoplay=1&token=${token}`],
  [`https://lantern.example/p/${token}/v/vid_1/master.m3u8`],
])('%s is read, and keeps its form under another token', async (link) => {
  const held = readHeld(` ${link}\n`)!
  expect(held).toMatchObject({ token, from: 0, to: Infinity, endsAt: 2_000_000_000 })
  const clip = { fromSeconds: 10, toSeconds: 20 }
  const next = await narrow(token, { clip, expiresAt: '2030-01-01T00:00:00Z' })
  expect(held.withToken(next)).toBe(link.replace(token, next))
  expect(readHeld(held.withToken(next))).toMatchObject({ from: 10, to: 20, endsAt: 1_893_456_000 })
})

test.each(['', video, `${video}#token=abc`, `${video}#token=a.b.c`, 'token=x.y.z'])(
  '%j is no such link',
  (text) => expect(readHeld(text)).toBeUndefined(),
)
